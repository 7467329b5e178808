"""A mistyped word is answered with the nearest one, in one sentence, and with the exit code of a mistake."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.core.suggestions import nearest
from ytui.store import named_plans
from ytui.store.database import Database


@pytest.fixture(autouse=True)
def known(db: Database) -> None:
    (video,) = factories.add_videos(db, factories.add_channel(db, "Blender Studio"), factories.entry("aaa"))
    factories.fail(db, factories.run(db, factories.queue_job(db, video)))
    named_plans.create(db, "the weekend", [1], factories.NOW)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chanels"], "ytui has no command 'chanels': did you mean 'channels'?"),
        (["zzz"], "ytui has no command 'zzz': `ytui --help` lists them"),
        (["plan", "lsit"], "plan has no command 'lsit': did you mean 'list'?"),
        (["trash", "restor"], "trash has no command 'restor': did you mean 'restore'?"),
        (
            ["videos", "--channel", "blender"],
            "no channel is called 'blender': did you mean 'Blender Studio'?",
        ),
        (["remove", "Blendr Studio"], "there is no channel 'Blendr Studio': did you mean 'Blender Studio'?"),
        (
            ["plan", "show", "E-0011"],
            "'E-0011' is neither a reference of a plan item nor a named plan: did you mean 'E-0001'?",
        ),
        (
            ["plan", "show", "weekend"],
            "'weekend' is neither a reference of a plan item nor a named plan: did you mean 'the weekend'?",
        ),
        (
            ["explain", "E-0011"],
            "'E-0011' is neither a reference of a plan item nor a named plan: did you mean",
        ),
        (["plan", "list", "--class", "privat"], "'privat' is no class of failure: did you mean 'private'?"),
        (["help", "retenton"], "there is no page on 'retenton': did you mean 'retention'?"),
    ],
)
def test_the_nearest_is_named(ytui: Ytui, arguments: list[str], sentence: str) -> None:
    said = ytui(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.sentence.startswith(f"ytui: {sentence}")
    assert ytui(*arguments, "--json").code == 2


def test_a_key_of_the_configuration_is_named_with_its_line(ytui: Ytui) -> None:
    ytui.configure("[workers]\ncuont = 5\n")
    said = ytui("channels")
    assert said.code == 2
    assert (
        "config.toml line 5: workers.cuont is not a known key: did you mean workers.count?" in said.sentence
    )


def test_a_reference_is_explained(ytui: Ytui) -> None:
    answer = ytui.json("explain", "e-0001")
    assert (answer["class"], answer["group"]) == ("network_timeout", "network")
    assert ytui("explain", "E-0001").out.startswith("network timeout  (network_timeout, network, ")


def test_near_is_near_in_letters_or_begins_so() -> None:
    names = ["Blender Studio", "Computerphile", "Tom"]
    assert nearest("compter phile", names) == "Computerphile"
    assert nearest("blen", names) == "Blender Studio"
    assert nearest("xyz", names) is None
    assert nearest("b", ["blue", "black"]) is None
    assert nearest("", names) is None
