"""The application, where what ``bg`` asks of it is looked at only when ``fg`` has given the terminal back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.support.processes.waiting import until


def main() -> int:
    from ytui.cli.main import run
    from ytui.tui.terminal.driver import TerminalDriver

    continued = TerminalDriver._continued

    def late(self: TerminalDriver) -> None:
        continued(self)
        if os.tcgetpgrp(self.fileno) != os.getpgrp():
            Path(os.environ["YTUI_TEST_HOME"], "in the background").touch()
            until(lambda: os.tcgetpgrp(self.fileno) == os.getpgrp())

    TerminalDriver._continued = late  # type: ignore[method-assign]
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
