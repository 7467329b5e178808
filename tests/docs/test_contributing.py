"""The pages for developers name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import ytui as package

ROOT = Path(package.__file__).parent.parent
GITHUB = ROOT / ".github"
PAGES = ("CONTRIBUTING.md", "GLOSSARY.md")
QUOTED = re.compile(r"`([^`\s]+)`")
LINK = re.compile(r"\]\((?!http)([^)#]+)\)")


def paths(text: str) -> set[str]:
    """What is quoted and looks like a path of this repository."""
    tops = tuple(f"{path.name}/" for path in ROOT.iterdir() if path.is_dir())
    return {
        word
        for word in QUOTED.findall(text)
        if word.startswith(tops) and "*" not in word and "NAME" not in word
    }


def test_every_path_is_there() -> None:
    for page in PAGES:
        text = (GITHUB / page).read_text(encoding="utf-8")
        missing = [path for path in sorted(paths(text)) if not (ROOT / path).exists()]
        missing += [link for link in LINK.findall(text) if not (GITHUB / link).exists()]
        assert missing == [], page


def test_the_map_names_every_folder_of_the_package() -> None:
    text = (GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8")
    packages = {path.parent for path in (ROOT / "ytui").rglob("__init__.py")}
    folders = {f"{path.relative_to(ROOT)}/" for path in packages} - {"ytui/"}
    assert sorted(folders - paths(text)) == []


def test_decisions_are_numbered_and_listed() -> None:
    text = (GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8")
    records = sorted((GITHUB / "adr").glob("*.md"))
    for number, record in enumerate(records, 1):
        assert record.name.startswith(f"{number:04}-")
        assert record.read_text(encoding="utf-8").startswith(f"# {number}. ")
        assert f"(adr/{record.name})" in text
