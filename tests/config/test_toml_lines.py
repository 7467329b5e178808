"""Line numbers of keys in every form that TOML allows."""

from __future__ import annotations

import tomllib

import pytest

from ytui.config.toml_text import layout, split_key

TEXT = (
    r'''
a.b."c.d" = 1
text = """ [x] "quoted" \""" # no comment
y = 2 """"
raw = '''
    + """'''
[not.a.table] \\'''''
"many" = [ # ]
  [1, "]"],
  {deep = {er = 'x'}, s = 2}, # }
]
[table]   # [other]
'k' = 1979-05-27 07:32:32
[[list]]
x = 1
  [list.sub]
  y = 1
  [[list.sub2]]
  z = 1
  [[list.sub2]]
  z = 2
[[list]]
[[list.sub2]]
z = 3
"""
)


def test_every_key_has_its_line() -> None:
    tomllib.loads(TEXT)
    lines = layout(TEXT).lines
    expected = {
        ("a", "b", "c.d"): 2,
        ("text",): 3,
        ("raw",): 5,
        ("many",): 7,
        ("many", 0): 8,
        ("many", 0, 1): 8,
        ("many", 1, "deep", "er"): 9,
        ("many", 1, "s"): 9,
        ("table", "k"): 12,
        ("list", 0): 13,
        ("list", 0, "x"): 14,
        ("list", 0, "sub", "y"): 16,
        ("list", 0, "sub2", 0, "z"): 18,
        ("list", 0, "sub2", 1, "z"): 20,
        ("list", 1): 21,
        ("list", 1, "sub2", 0, "z"): 23,
    }
    assert {path: lines.get(path) for path in expected} == expected


def test_blocks_end_with_their_last_key() -> None:
    blocks = layout("a = [\n1\n]\n# x\n\n[t] # y\n# z\nb = 1\n\n# end\n[u]\n").blocks
    assert [(block.path, block.first, block.last) for block in blocks] == [
        ((), 1, 3),
        (("t",), 6, 8),
        (("u",), 11, 11),
    ]


def test_a_missing_key_is_blamed_on_the_table_around_it() -> None:
    found = layout("[a]\nb = 1\n")
    assert found.line_of(("a", "c", "d")) == 1
    assert found.line_of(("z",)) is None


def test_keys_are_split_at_dots_outside_quotes() -> None:
    assert split_key('limits.sites."a.b" . c') == ("limits", "sites", "a.b", "c")
    for wrong in ("", "a.", "a b", ".a", "a=1"):
        with pytest.raises(ValueError, match="key"):
            split_key(wrong)
