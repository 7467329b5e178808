"""``ytui help``: the manual's pages on a terminal, in a pipe and for scripts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.terminals.pty_terminal import Terminal
from ytui.docs import TOPICS, page


def test_without_a_topic_it_lists_them(ytui: Ytui) -> None:
    lines = ytui("help").out.splitlines()
    assert [line.split()[0] for line in lines[1 : len(TOPICS) + 1]] == list(TOPICS)
    assert [row["topic"] for row in ytui.json("help")["topics"]] == list(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_in_a_pipe_a_page_is_plain_text(ytui: Ytui, topic: str) -> None:
    assert ytui("help", topic).out == page(topic).text
    assert "\x1b" not in page(topic).text
    assert ytui.json("help", topic) == {
        "topic": topic,
        "title": page(topic).title,
        "text": page(topic).text,
    }


@pytest.mark.parametrize(
    ("topic", "words"),
    [("colours", "the topics are keys, commands,"), ("doctor", "`ytui doctor --help` tells its options")],
)
def test_an_unknown_topic_is_one_sentence(ytui: Ytui, topic: str, words: str) -> None:
    said = ytui("help", topic)
    assert (said.code, said.out) == (2, "")
    assert said.sentence.startswith(f"ytui: there is no page on '{topic}': ")
    assert words in said.sentence


def test_on_a_terminal_a_pager_gets_it_with_bold(tmp_path: Path) -> None:
    pager = tmp_path / "less"
    pager.write_text('#!/bin/sh\necho "paged with $LESS"\nexec cat\n')
    pager.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "TERM": "xterm", "LANG": "C.UTF-8"}
    for name in ("PAGER", "LESS", "LC_ALL", "LC_CTYPE"):
        environ.pop(name, None)
    with Terminal([sys.executable, "-m", "ytui", "help", "search"], environ) as terminal:
        terminal.gone()
        terminal.settled()
        assert terminal.code == 0
        assert "paged with -FRX" in terminal.text
        assert b"\x1b[1mytui search WORDS" in terminal.output
        assert max(map(len, terminal.text.splitlines())) <= 80
