"""``[defaults]``: what channels inherit, what they say otherwise, and saving the one without the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.config.conftest import Folder
from ytui.config import (
    ConfigError,
    channel_values,
    load,
    update_channel,
    update_channels,
    update_defaults,
    whole_values,
)
from ytui.config.codec import written
from ytui.config.first_file import toml
from ytui.core.settings import INHERITED, Channel, Extra, Keep, KeepKind, Quality

A, B, C = (f"https://www.youtube.com/@{name}" for name in "abc")
FILE = f"""\
# mine
[defaults]
quality = "720p"   # enough
keep = "last 50"

# the first
[[channels]]
url = "{A}"
quality = "720p"   # its own

[[channels]]   # the second
url = "{B}"
keep = "all"
"""


def test_a_channels_own_table_goes_before_what_it_inherits(folder: Folder) -> None:
    settings = load(folder.write(FILE)).settings
    a, b = settings.channels
    assert (a.quality, a.keep) == (Quality.P720, Keep(KeepKind.LAST, 50))
    assert (b.quality, b.keep) == (Quality.P720, Keep())
    assert channel_values(a) == {"url": A, "quality": "720p"}
    assert channel_values(b) == {"url": B, "keep": "all"}
    assert whole_values(b) == {"url": B, "quality": "720p"}
    assert settings.inherited.written == frozenset({"quality", "keep"})


def test_taken_away_a_value_falls_back(folder: Folder) -> None:
    folder.write(FILE)
    (a, b) = update_channel(folder.config, B, {"keep": None}).settings.channels
    assert b.keep == Keep(KeepKind.LAST, 50)
    (a, b) = update_defaults(folder.config, {"keep": None, "quality": "best"}).settings.channels
    assert (a.quality, b.quality, b.keep) == (Quality.P720, Quality.BEST, Keep())
    assert folder.text() == FILE.replace('keep = "last 50"\n', "").replace('keep = "all"\n', "").replace(
        '"720p"   # enough', '"best"   # enough'
    )


def test_whether_a_value_is_inherited_is_a_difference(folder: Folder) -> None:
    before = load(folder.write(FILE)).settings
    after = load(folder.write(FILE.replace('quality = "720p"   # its own\n', ""))).settings
    assert replace(before.channels[0], written=None) == replace(after.channels[0], written=None)
    assert before != after


def test_the_first_change_makes_the_table(folder: Folder) -> None:
    folder.write(f'[[channels]]\nurl = "{A}"\n')
    (channel,) = update_defaults(folder.config, {"extras": ["nfo"]}).settings.channels
    assert channel.extras == {Extra.NFO}
    assert folder.text() == f'[[channels]]\nurl = "{A}"\n\n[defaults]\nextras = ["nfo"]\n'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('quality = "8p"', "line 2: defaults.quality must be one of best"),
        ('url = "https://a.org"', "line 2: defaults.url is not a known key"),
        ('name = "All"', "line 2: defaults.name is not a known key"),
        ('qualty = "best"', "line 2: defaults.qualty is not a known key: did you mean defaults.quality?"),
        ("after = 2024-02-01\nbefore = 2024-01-01", "line 3: defaults.before must not be earlier than after"),
    ],
)
def test_a_mistake_is_told_once_with_its_line(folder: Folder, lines: str, said: str) -> None:
    channels = "".join(f'[[channels]]\nurl = "{url}"\n' for url in (A, B, C))
    with pytest.raises(ConfigError) as caught:
        load(folder.write(f"[defaults]\n{lines}\n{channels}"))
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"config.toml {said}")


def test_what_contradicts_an_inherited_value_is_told_at_the_channel(folder: Folder) -> None:
    text = f'[defaults]\nafter = 2024-02-01\n[[channels]]\nurl = "{A}"\nbefore = 2024-01-01\n'
    with pytest.raises(ConfigError, match=r"config.toml line 5: channels\.before must not be earlier"):
        load(folder.write(text))


def test_it_stands_in_the_main_file_alone(folder: Folder) -> None:
    folder.write("")
    folder.write('[defaults]\nquality = "best"\n', "channels.d/a.toml")
    with pytest.raises(ConfigError, match=r"channels.d/a.toml line 1: defaults is not a known key"):
        load(folder.config)


def test_many_channels_are_changed_in_one_write_a_file(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = FILE + "".join(f'\n[[channels]]\nurl = "{A}{number}"   # {number}\n' for number in range(60))
    folder.write(text)
    folder.write(f'# c\n[[channels]]\nurl = "{C}"\n', "channels.d/c.toml")
    writes: list[object] = []
    from ytui.config import save

    monkeypatch.setattr(save, "_sync_folder", writes.append)
    urls = [A, C, *(f"{A}{number}" for number in range(50))]
    loaded = update_channels(folder.config, {url: {"quality": "480p", "keep": None} for url in urls})
    assert len(writes) == 2
    assert loaded.settings == load(folder.config).settings
    wanted = text.replace('quality = "720p"   # its own', 'quality = "480p"   # its own')
    for number in range(50):
        line = f'url = "{A}{number}"   # {number}\n'
        wanted = wanted.replace(line, f'{line}quality = "480p"\n')
    assert folder.text() == wanted
    assert folder.text("channels.d/c.toml") == f'# c\n[[channels]]\nurl = "{C}"\nquality = "480p"\n'
    with pytest.raises(ConfigError, match=r"no channel has the address 'https://b\.org'"):
        update_channels(folder.config, {url: {"quality": "360p"} for url in (A, "https://b.org")})
    assert folder.text() == wanted


VALUES = {
    "quality": st.sampled_from(Quality),
    "download": st.booleans(),
    "keep": st.builds(Keep, st.just(KeepKind.DAYS), st.integers(1, 99)) | st.just(Keep()),
    "extras": st.frozensets(st.sampled_from(Extra)),
    "max_duration": st.floats(1, 1000).map(float.__trunc__).map(float),
    "title": st.text("ab'\"\\ #=[]{}\u00e9", min_size=1)
    .map(lambda text: f"x{text}")
    .filter(lambda text: not set(text) & set("[]{}\\")),
}


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.fixed_dictionaries({}, optional=VALUES), st.fixed_dictionaries({}, optional=VALUES))
def test_what_is_inherited_and_what_is_not_reads_back(
    folder: Folder, inherited: dict[str, object], own: dict[str, object]
) -> None:
    def lines(values: dict[str, object]) -> str:
        return "".join(f"{key} = {toml(written(INHERITED[key], value))}\n" for key, value in values.items())

    text = f'[defaults]\n{lines(inherited)}[[channels]]\nurl = "{A}"\n{lines(own)}[[channels]]\nurl = "{B}"\n'
    settings = load(folder.write(text)).settings
    a, b = settings.channels
    assert replace(a, written=None) == Channel(A, **{**inherited, **own})  # type: ignore[arg-type]
    assert replace(b, written=None) == Channel(B, **inherited)  # type: ignore[arg-type]
    assert a.written == frozenset({"url", *own})
    # Said by itself, or taken away, it is as it was.
    values = channel_values(a)
    taken = update_channel(folder.config, A, dict.fromkeys(own)).settings.channels[0]
    assert replace(taken, url=B) == b
    back = {key: value for key, value in values.items() if key != "url"}
    assert update_channel(folder.config, A, back).settings.channels[0] == a
