"""How well a name fits a few letters that were typed."""

from __future__ import annotations

import pytest

from ytui.core.fuzzy import Fit, fold, rank


@pytest.mark.parametrize(
    ("typed", "name", "fit"),
    [
        ("blend", "Blender Studio", Fit.BEGINS),
        ("stud", "Blender Studio", Fit.WORDS),
        ("stud blend", "Blender Studio", Fit.WORDS),
        ("uber", "Über Alles", Fit.BEGINS),
        ("lend", "Blender Studio", Fit.INSIDE),
        ("tmp", "Two Minute Papers", Fit.LETTERS),
        ("ngt", "National Geographic Television", Fit.LETTERS),
        ("vrts", "Veritasium", Fit.LETTERS),
        ("tmp", "The colours of a map, kept", None),
        ("eritsm", "Veritasium", None),
        ("z", "Blender", None),
        ("login", "Give cookies", Fit.SYNONYM),
        ("remove", "Unsubscribe", Fit.SYNONYM),
        ("speed", "limits.bandwidth", Fit.SYNONYM),
        ("quality", "channels.resolution", Fit.SYNONYM),
        ("lo", "Give cookies", None),
        ("blender studio xylophone", "Blender Studio", None),
        ("最初", "その最初の", Fit.INSIDE),
    ],
)
def test_fit(typed: str, name: str, fit: Fit | None) -> None:
    found = rank(fold(typed).split(), fold(name))
    assert (None if found is None else found[0]) == fit


def test_what_is_nearer_is_first() -> None:
    names = ["Blenderheads", "Blender", "A Blender"]
    assert sorted(names, key=lambda name: rank(["blend"], fold(name)) or (9, 9)) == [
        "Blender",
        "Blenderheads",
        "A Blender",
    ]
    initials, scattered = rank(["tmp"], "two minute papers"), rank(["tmp"], "tempo")
    assert initials is not None
    assert scattered is not None
    assert initials < scattered


def test_letters_are_scattered_over_the_name_alone() -> None:
    assert rank(["tmp"], "fetch", "take more papers") is None
    assert rank(["papers"], "fetch", "take more papers") == (Fit.WORDS, 5)
