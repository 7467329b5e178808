"""``python -m tests.benchmarks.modules FILE …``: the application, which writes what it imported."""

from __future__ import annotations

import sys
from pathlib import Path

from ytui.__main__ import main

if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    code = main()
    file.write_text("\n".join(sorted(sys.modules)))
    sys.exit(code)
