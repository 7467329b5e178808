"""Job options: what goes into the store comes out again, and what this version does not know is kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.core.job_options import NO_OPTIONS, JobOptions

_JSON = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.integers())
_NAMES = st.sampled_from([*vars(NO_OPTIONS), "colour"]) | st.text()


@given(st.dictionaries(_NAMES, _JSON))
def test_nothing_that_was_stored_is_lost(values: dict[str, object]) -> None:
    options = JobOptions.from_values(json.loads(json.dumps(values)))
    again = options.to_values()
    assert JobOptions.from_values(json.loads(json.dumps(again))) == options
    # What is left out is what every job has anyway.
    left_out = values.keys() - again.keys()
    assert JobOptions.from_values({name: values[name] for name in left_out}) == NO_OPTIONS
    assert {name: values[name] for name in again} == again


@pytest.mark.parametrize("value", [None, 3, ["480p"], {"height": 480}])
def test_what_is_not_of_its_type_is_as_if_nobody_had_asked(value: object) -> None:
    options = JobOptions.from_values({"quality": value})
    assert (options.quality, options.to_values()) == (None, {"quality": value})


def test_options_are_laid_over_others() -> None:
    base = JobOptions(quality="480p", cookies="/a.txt", other={"colour": "green"})
    laid = JobOptions(quality="720p", metadata_only=True).over(base)
    assert laid == JobOptions(quality="720p", cookies="/a.txt", metadata_only=True, other={"colour": "green"})
    assert NO_OPTIONS.over(base) == base
    assert (bool(base), bool(NO_OPTIONS)) == (True, False)
