"""``python -m tests.generate_docs``: write the parts of the manual that come from the code.

In a page such a part stands between two marks, ``<!-- keys -->`` and ``<!-- /keys -->``; the page for
``man`` is made whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.docs.class_list import class_list
from tests.docs.command_list import command_list
from tests.docs.key_table import key_table
from tests.docs.man_page import man_page
from tests.docs.setting_list import example, setting_list
from ytui import docs

FOLDER = Path(docs.__file__).parent
PARTS: Mapping[str, Callable[[], str]] = {
    "keys": key_table,
    "classes": class_list,
    "commands": command_list,
    "settings": setting_list,
    "example": example,
}
"""Every part by its mark."""


def generated() -> dict[Path, str]:
    """Return what each file should hold whose content, or a part of it, comes from the code."""
    found = {FOLDER / "ytui.1": man_page()}
    for path in sorted(FOLDER.glob("*.md")):
        found[path] = _with_parts(path.read_text(encoding="utf-8"))
    return found


def _with_parts(text: str) -> str:
    for name, part in PARTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        if begin in text:
            before, _, rest = text.partition(begin)
            text = before + begin + part() + "\n" + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    for file, content in generated().items():
        file.write_text(content, encoding="utf-8")
