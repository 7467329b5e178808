"""The manual says what the code does: its generated parts, its examples, its links; and README is short."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import ytui as package
from tests.docs.command_list import commands
from tests.generate_docs import FOLDER, PARTS, generated
from ytui import config
from ytui.core.failures.classes import FailureGroup
from ytui.docs import TOPICS, page

ROOT = Path(package.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!http)([^)#]+)\)")


def test_the_generated_parts_are_those_of_the_code() -> None:
    stale = [path.name for path, text in generated().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "python -m tests.generate_docs writes them"


@pytest.mark.parametrize("name", PARTS)
def test_each_part_stands_in_one_page(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")]
    assert [text.count(f"\n<!-- {name} -->\n") for text in texts if f"<!-- {name} -->" in text] == [1]


def test_every_page_is_a_topic_with_a_title() -> None:
    assert sorted(TOPICS) == sorted(path.stem for path in FOLDER.glob("*.md"))
    for topic in TOPICS:
        found = page(topic.upper())
        assert found.text.startswith(f"# {found.title}\n\n"), topic
        assert "<!--" not in found.text, topic
        assert len(found.title) <= 45, f"{topic}: a longer title is cut in the list at 80 columns"


def test_every_command_is_in_the_table_of_commands() -> None:
    table = page("commands").text.partition("## Every command")[0]
    names = [context.command_path.removeprefix("ytui ") for context in commands()]
    for name in {name.split()[0] for name in names}:
        assert re.search(rf"^\| .*`(ytui )?{name}\b", table, re.MULTILINE), name


def test_what_becomes_of_a_failure_is_told_for_each_group() -> None:
    named = re.findall(r"^\| (\w+) \| ", page("plan").text, re.MULTILINE)
    assert set(FailureGroup) <= set(named)


def test_the_example_of_a_configuration_is_one(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(\[library\].*?)```", page("config").text, re.DOTALL)
    assert block
    (tmp_path / "config.toml").write_text(block[1], encoding="utf-8")
    settings = config.load(tmp_path / "config.toml").settings
    assert [channel.name for channel in settings.channels] == ["Blender Studio"]


def test_readme_is_short_and_leads_to_every_page() -> None:
    assert len(README.encode()) <= 8192
    links = LINK.findall(README)
    assert [link for link in links if not (ROOT / link).exists()] == []
    assert {Path(link).stem for link in links if link.startswith("ytui/docs/")} == set(TOPICS)


def test_the_two_commands_of_readme_are_there() -> None:
    for mark in ("demo", "tests"):
        block = re.search(rf"<!-- {mark} -->\n```sh\n(.+)\n```\n<!-- /{mark} -->", README)
        assert block
        assert block[1].startswith("python3 -m venv .venv && .venv/bin/pip install ")


def test_the_page_for_man_comes_along() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    shared = built["targets"]["wheel"]["shared-data"]
    assert {ROOT / path: where for path, where in shared.items()} == {
        FOLDER / "ytui.1": "share/man/man1/ytui.1"
    }
    text = (FOLDER / "ytui.1").read_text(encoding="utf-8")
    assert re.search(r"^\.SS ytui plan show ", text, re.MULTILINE)


def test_the_newest_release_is_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+) — \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert newest
    assert newest[1] == package.__version__
