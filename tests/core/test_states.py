"""The tables of legal transitions: whole, refused by name, and true to a job's life."""

from __future__ import annotations

import pytest

from ytui.core.models import JobState, VideoState
from ytui.core.states import (
    ACTIVE_STATES,
    JOB_TRANSITIONS,
    VIDEO_TRANSITIONS,
    IllegalTransition,
    check_job,
    check_video,
)


@pytest.mark.parametrize("leaving", JobState)
@pytest.mark.parametrize("to", JobState)
def test_jobs_move_as_the_table_says(leaving: JobState, to: JobState) -> None:
    if to in JOB_TRANSITIONS[leaving]:
        check_job(leaving, to)
    else:
        with pytest.raises(IllegalTransition, match=f"from {leaving} to {to}"):
            check_job(leaving, to)


@pytest.mark.parametrize("leaving", VideoState)
@pytest.mark.parametrize("to", VideoState)
def test_videos_move_as_the_table_says(leaving: VideoState, to: VideoState) -> None:
    if to in VIDEO_TRANSITIONS[leaving]:
        check_video(leaving, to)
    else:
        with pytest.raises(IllegalTransition, match=f"from {leaving} to {to}"):
            check_video(leaving, to)


def test_only_a_queued_job_starts_and_only_a_running_one_is_done() -> None:
    assert {state for state in JobState if JobState.RUNNING in JOB_TRANSITIONS[state]} == {JobState.QUEUED}
    assert {state for state in JobState if JobState.DONE in JOB_TRANSITIONS[state]} == {JobState.RUNNING}
    assert {state for state in JobState if JobState.INTERRUPTED in JOB_TRANSITIONS[state]} == {
        JobState.RUNNING
    }
    assert not JOB_TRANSITIONS[JobState.DONE]


def test_whatever_owes_a_result_can_be_cancelled_and_comes_back_to_the_queue() -> None:
    assert {state for state in JobState if JobState.CANCELLED in JOB_TRANSITIONS[state]} == ACTIVE_STATES
    for state in ACTIVE_STATES - {JobState.QUEUED}:
        assert JobState.QUEUED in JOB_TRANSITIONS[state]


def test_a_file_in_the_library_is_never_made_new_or_failed() -> None:
    assert {VideoState.QUEUED, VideoState.REMOVED} == VIDEO_TRANSITIONS[VideoState.DOWNLOADED]
