"""Every mistake is one sentence with file, line and what was expected."""

from __future__ import annotations

import pytest

from tests.config.conftest import Folder
from ytui.config import ConfigError, load

CHANNEL = '[[channels]]\nurl = "https://www.youtube.com/@a"\n'

MISTAKES = [
    ("[workers]\ncount = 'five'\n", 2, "workers.count must be a whole number from 1 to 16, not 'five'"),
    ("[workers]\ncount = 0\n", 2, "workers.count must be a whole number from 1 to 16, not 0"),
    ("[workers]\ncount = 17\n", 2, "workers.count must be a whole number from 1 to 16, not 17"),
    ("[workers]\ncount = true\n", 2, "workers.count must be a whole number from 1 to 16, not true"),
    ("[workers]\ncount = 2.5\n", 2, "workers.count must be a whole number from 1 to 16, not 2.5"),
    ("workers = 5\n", 1, "workers must be a table, not 5"),
    ("\n[workers]\norder = 'fast'\n", 3, "one of shortest, newest, oldest, not 'fast'"),
    ("[workers]\n\ncuont = 5\n", 3, "workers.cuont is not a known key: did you mean workers.count?"),
    ("[wrokers]\n", 1, "wrokers is not a known key: did you mean workers?"),
    ("[library]\npath = 5\n", 2, "library.path must be a path, not 5"),
    ("[library]\npath = ''\n", 2, "library.path must be a path, not ''"),
    ("[library]\ntemplate = '../%(id)s.%(ext)s'\n", 2, "relative path with %(ext)s"),
    ("[library]\ntemplate = '/x/%(id)s.%(ext)s'\n", 2, "relative path with %(ext)s"),
    ("[library]\ntemplate = '%(id)s'\n", 2, "relative path with %(ext)s"),
    ("[library]\nreserve = 'much'\n", 2, '"auto" or a size such as "500 MB"'),
    ("[library]\nreserve = -1\n", 2, '"auto" or a size such as "500 MB"'),
    ("[retry]\nmax_retries = -1\n", 2, "retry.max_retries must be a whole number from 0 to 100"),
    ("[retry.network]\npolicy = 'often'\n", 2, "retry.network.policy must be one of exponential"),
    ("retry.network.base = '2 parsecs'\n", 1, "retry.network.base must be a duration such as"),
    ("[retry.network]\nbase = -2\n", 2, "retry.network.base must be a duration such as"),
    ("[retry.network]\nbase = nan\n", 2, "retry.network.base must be a duration such as"),
    (
        "[retry.server]\nbase = '1 h'\ncap = '1 s'\n",
        3,
        "retry.server.cap must not be shorter than base (1 h)",
    ),
    ("[retry.classes.bot_chek]\ntries = 1\n", 1, "did you mean retry.classes.bot_check?"),
    ("[retry.classes.bot_check]\ntries = 0\n", 2, "retry.classes.bot_check.tries must be a whole number"),
    ("[limits]\nmode = 'none'\n", 2, "limits.mode must be one of shared, independent"),
    ("[limits]\nbandwidth = 0\n", 2, '"off" or a rate such as "4 MB/s"'),
    ("[limits]\nbandwidth = '4 MB/h'\n", 2, '"off" or a rate such as "4 MB/s"'),
    ("[limits]\nhours = '25:00-07:00'\n", 2, 'limits.hours must be "" or a span such as "01:00-07:00"'),
    ("[limits]\nhours = '07:00-07:00'\n", 2, "limits.hours must be"),
    ("[limits]\nhours = '07:60-08:00'\n", 2, "limits.hours must be"),
    ("[limits]\nhours = 7\n", 2, "limits.hours must be"),
    ("[limits.sites.youtube]\nrequests_per_minute = 0\n", 2, "limits.sites.youtube.requests_per_minute must"),
    ("[limits.sites.youtube]\nreserve = 15000\n", 2, "must be less than requests_per_day (15000), not 15000"),
    ("[limits.sites.youtube]\ncooldown = '0 s'\n", 2, "of at least 1 s"),
    ("[limits.sites]\nyoutube = 3\n", 2, "limits.sites.youtube must be a table, not 3"),
    ("[limits]\nsites = 3\n", 2, "limits.sites must be a table, not 3"),
    ("[limits.sites.example.com]\nreserve = 1\n", 1, 'in quotes: [limits.sites."example.com"]'),
    ("[details]\nmax_age = 'old'\n", 2, "details.max_age must be a duration"),
    ("[screen]\nopen_command = 'vlc'\n", 2, '"auto" or a command with {path} or {url} in it'),
    ("[screen]\nopen_command = '{path}'\n", 2, "screen.open_command must be"),
    ("[screen]\nopen_command = 'vlc \"{path}'\n", 2, "(no closing quotation)"),
    ("[screen]\nopen_command = ['vlc', '{path}']\n", 2, "screen.open_command must be"),
    ("[ssh]\non_disconnect = 'wait'\n", 2, "ssh.on_disconnect must be one of continue, stop, not 'wait'"),
    ("[ytdlp]\nargs = '--proxy x'\n", 2, "ytdlp.args must be a list of strings"),
    ("[ytdlp]\nargs = ['--proxy', 5]\n", 2, "ytdlp.args must be a list of strings"),
    ("[ytdlp]\nargs = ['-o', 'x']\n", 2, "ytdlp.args must be without -o: use library.template"),
    ("[ytdlp]\nargs = ['-i']\n", 2, "ytdlp.args must be without -i: failures go to the plan"),
    ("[[channels]]\nurl = 'x'\n", 2, "@name, not 'x' (not a URL that starts with https:// or http://)"),
    ("[ytdlp]\nargs = ['--cookies=x']\n", 2, "without --cookies: use the channel's cookies"),
    ("[screen]\nfps = 100\n", 2, 'screen.fps must be "auto" or a number from 0.5 to 30, not 100'),
    ("[screen]\ntheme = ''\n", 2, "screen.theme must be text on one line"),
    ("[screen]\nmouse = 'no'\n", 2, "screen.mouse must be true or false, not 'no'"),
    ("[screen.keys]\nfetch = 5\n", 2, "screen.keys.fetch must be text on one line, not 5"),
    ("channels = 5\n", 1, "channels must be written as [[channels]], not as 5"),
    ("[channels]\nurl = 'x'\n", 1, "channels must be written as [[channels]], not as a table"),
    ("[[channels]]\nname = 'A'\n", 1, "channels.url is missing"),
    ("[[channels]]\nurl = 5\n", 2, "channels.url must be a web address such as"),
    ("[[channels]]\nurl = 'https://'\n", 2, "not 'https://' (a URL with no host)"),
    ("[[channels]]\nurl = 'ftp://a.b/c'\n", 2, "not a URL that starts with https:// or http://"),
    ("[[channels]]\nurl = 'https://a.b:x/'\n", 2, "broken host or port"),
    ("[[channels]]\nurl = 'https://a.b/ c'\n", 2, "space or control character"),
    (CHANNEL + "name = ''\n", 3, "channels.name must be text on one line"),
    (CHANNEL + "tabs = []\n", 3, "channels.tabs must be a list with at least one entry"),
    (CHANNEL + "tabs = 'videos'\n", 3, "channels.tabs must be a list, not 'videos'"),
    (CHANNEL + "tabs = ['videos', 'list']\n", 3, "each is one of videos, shorts, streams, not 'list'"),
    (CHANNEL + "tabs = ['videos', 'videos']\n", 3, "list without repetitions"),
    (CHANNEL + "download = 1\n", 3, "channels.download must be true or false, not 1"),
    (CHANNEL + "backlog = 'newest'\n", 3, '"all", "none" or, say, "newest 30", not \'newest\''),
    (CHANNEL + "backlog = 'last 3'\n", 3, "channels.backlog must be"),
    (CHANNEL + "backlog = 'newest 0'\n", 3, "channels.backlog must be"),
    (CHANNEL + "quality = '1081p'\n", 3, "channels.quality must be one of best, 2160p"),
    (CHANNEL + "extras = ['nfo', 'poster']\n", 3, "each is one of metadata, thumbnail, subtitles"),
    (CHANNEL + "subtitle_langs = [1]\n", 3, "each is text on one line, not 1"),
    (CHANNEL + "members = true\n", 3, "channels.members must be one of skip, try, not true"),
    (CHANNEL + "after = 'last year'\n", 3, "channels.after must be a date such as 2024-01-01"),
    (CHANNEL + "after = 2024-01-01T00:00:00\n", 3, "channels.after must be a date such as 2024-01-01"),
    (CHANNEL + "after = 2024-02-01\nbefore = 2024-01-01\n", 4, "channels.before must not be earlier than"),
    (CHANNEL + "min_duration = 'long'\n", 3, "channels.min_duration must be a duration such as"),
    (CHANNEL + "min_duration = 60\nmax_duration = 30\n", 4, "not be shorter than min_duration (1 min)"),
    (CHANNEL + "title = '(['\n", 3, "channels.title must be a regular expression, not '(['"),
    (CHANNEL + "not_title = ''\n", 3, "channels.not_title must be a regular expression"),
    (CHANNEL + "live = 'skip'\n", 3, "channels.live must be true or false"),
    (
        CHANNEL + "every = '1 s'\n",
        3,
        '"auto" or a duration such as "90 s", "20 min" or "6 h" of at least 1 min',
    ),
    (CHANNEL + "keep = 'newest 5'\n", 3, 'channels.keep must be "all", "last 50" or "90 days"'),
    (CHANNEL + "keep = 'last 0'\n", 3, "channels.keep must be"),
    (CHANNEL + "cookies = 5\n", 3, "channels.cookies must be a path, not 5"),
    (CHANNEL + "use_cookies = 'never'\n", 3, "one of when_needed, always, not 'never'"),
    (CHANNEL + "qualty = 'best'\n", 3, "channels.qualty is not a known key: did you mean channels.quality?"),
    ("[workers]\ncount = 5\n= 3\n", 3, "is not valid TOML:"),
    ("[workers]\ncount = [1,\n\n", 2, "is not valid TOML:"),
    ("[workers]\n[workers]\n", 2, "is not valid TOML:"),
    ("a = " + "[" * 5000 + "]" * 5000, None, "is not valid TOML: a number is too long or a value too deep"),
    ("a = " + "9" * 5000, None, "is not valid TOML: a number is too long or a value too deep"),
]


@pytest.mark.parametrize(("text", "line", "sentence"), MISTAKES)
def test_mistake_is_named(folder: Folder, text: str, line: int | None, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(folder.write(text))
    error = caught.value
    assert sentence in error.sentence
    assert error.line == line
    assert error.file == folder.config
    place = "config.toml" if line is None else f"config.toml line {line}"
    assert str(error) == f"{place}: {error.sentence}"
    assert "\n" not in str(error)


def test_all_problems_are_offered_in_the_order_of_the_file(folder: Folder) -> None:
    folder.write("[ssh]\non_disconnect = 1\n[workers]\ncount = 0\nordr = 1\n")
    with pytest.raises(ConfigError) as caught:
        load(folder.config)
    assert [problem.line for problem in caught.value.problems] == [2, 4, 5]


def test_duplicates_name_both_lines(folder: Folder) -> None:
    folder.write(
        CHANNEL + "name = 'a'\n\n[[channels]]\nname = 'A'\nurl = 'http://m.youtube.com/@a/videos?x=1'\n"
    )
    with pytest.raises(ConfigError) as caught:
        load(folder.config)
    name, url = caught.value.problems
    assert (name.line, url.line) == (6, 7)
    assert name.sentence == "channels.name must be another one than in line 3: 'A'"
    assert url.sentence == "channels.url must be another one than in line 2: 'https://www.youtube.com/@a'"


def test_a_file_of_channels_is_named(folder: Folder) -> None:
    folder.write(CHANNEL)
    folder.write("\n[[channels]]\nurl = 'https://youtube.com/@a'\n", "channels.d/more.toml")
    with pytest.raises(ConfigError) as caught:
        load(folder.config)
    assert str(caught.value).startswith(
        "channels.d/more.toml line 3: channels.url must be another one than in "
    )
    assert "config.toml line 2" in caught.value.sentence
    folder.write("[workers]\ncount = 3\n", "channels.d/more.toml")
    with pytest.raises(ConfigError, match=r"more\.toml line 1: workers is not a known key: did you mean"):
        load(folder.config)
    folder.write("[[channels]\n", "channels.d/more.toml")
    with pytest.raises(ConfigError, match=r"channels\.d/more\.toml line 1: is not valid TOML"):
        load(folder.config)


def test_text_that_is_no_utf8_names_its_line(folder: Folder) -> None:
    folder.config.write_bytes(b"[workers]\n# \xff\n")
    with pytest.raises(ConfigError, match="line 2: must be UTF-8 text"):
        load(folder.config)


def test_a_folder_in_the_place_of_the_file(folder: Folder) -> None:
    folder.config.mkdir()
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(folder.config)


def test_sentences_hold_no_password_and_no_control_character(folder: Folder) -> None:
    folder.write(
        "[[channels]]\nurl = 'ftp://me:secret@a.b'\nname = \"a\\u001b[2J\"\n"
        "args = [['--password', 'secret']]\n'\\u001b[2J' = 1\n\"x\\u001b\" = 1\n"
    )
    with pytest.raises(ConfigError) as caught:
        load(folder.config)
    text = " ".join(map(str, caught.value.problems))
    assert len(caught.value.problems) == 5
    assert "secret" not in text
    assert "\x1b" not in text
