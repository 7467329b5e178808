"""A token provider that makes no token holds what waits for it: one item, and on by itself when there."""

from __future__ import annotations

import socket

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import context_of
from ytui.core.failures.classifier import Evidence, classify
from ytui.core.models import JobState, PlanState, ProviderTrouble
from ytui.core.settings import Channel
from ytui.engine.holds import breakers, token_provider
from ytui.engine.holds.job_facts import facts_of
from ytui.engine.jobs.failures import handle_failure
from ytui.store import holds, jobs, plan, sites
from ytui.store.rows import Hold, Job


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def silent(provider: str, trouble: ProviderTrouble = ProviderTrouble.DEAD) -> Evidence:
    return Evidence("Sign in to confirm you are not a bot", provider=provider, provider_trouble=trouble)


def failed(home: Home, name: str, evidence: Evidence) -> Job:
    return hit(home, queue_job(home.db, add_video(home.db, name), site="youtube"), evidence)


def hit(home: Home, job: Job, evidence: Evidence) -> Job:
    claimed = jobs.claim(home.db, job.id, slot=1, now=NOW)
    assert claimed is not None
    handle_failure(context_of(home, NOW), claimed, Channel(url=""), evidence)
    return home.job(job.id)


def the_hold(home: Home) -> Hold:
    (hold,) = holds.in_force(home.db)
    return hold


@pytest.fixture
def address(home: Home) -> str:
    """Where the options say that the provider is; nothing listens there yet."""
    url = f"http://127.0.0.1:{free_port()}"
    with home.places.config_file.open("a") as file:
        file.write(f'\n[ytdlp]\nargs = ["--extractor-args", "youtubepot-bgutilhttp:base_url={url}"]\n')
    return url


def test_a_silent_provider_is_one_item_closes_no_site_and_its_answer_frees_all(
    home: Home, address: str
) -> None:
    context = context_of(home, NOW)
    waiting = [failed(home, name, silent(address)) for name in ("one", "two", "three")]
    (item,) = plan.list_items(home.db, states=list(PlanState))
    assert item.title == f"waits for a token provider: {address} does not answer"
    assert item.remedy == "Start it."
    assert [(job.state, job.charged) for job in waiting] == [(JobState.WAITING, 0)] * 3
    assert [row.state for row in sites.all_sites(home.db)] in ([], ["ok"])
    assert the_hold(home).waiting == 3
    with socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))):
        # It may come before anybody looked again.
        breakers.check_causes(context)
        assert holds.in_force(home.db) == []
        assert {home.job(job.id).state for job in waiting} == {JobState.QUEUED}
        # What listens there is no provider: no round of failures every few seconds.
        again = failed(home, "four", silent(address))
        breakers.check_causes(context)
        assert the_hold(home).probe_job == again.id
        hit(home, again, silent(address))
        for _ in range(3):
            breakers.check_causes(context)
        assert home.job(again.id).state is JobState.WAITING
    breakers.check_causes(context)
    with socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))):
        breakers.check_causes(context)
    assert home.job(again.id).state is JobState.QUEUED


def test_one_that_answers_and_makes_none_is_tried_by_a_job(home: Home, address: str) -> None:
    with socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))):
        job = failed(home, "one", silent(address, ProviderTrouble.REFUSES))
        for later in (0, 1, 59):
            breakers.check_causes(context_of(home, NOW + later))
            assert home.job(job.id).state is JobState.WAITING
        assert the_hold(home).reason == f"{address} makes no token."
        breakers.check_causes(context_of(home, NOW + 61))
        assert home.job(job.id).state is JobState.QUEUED


@pytest.mark.parametrize(
    ("args", "provider", "subject"),
    [
        ((), token_provider.USUAL, token_provider.USUAL),
        ((), "bgutil:script-deno", token_provider.UNKNOWN),
        (("youtubepot-x:a=1;base_url=http://u:p@nas:1",), "http://nas:1", "http://nas:1"),
        (("youtubepot-x:base_url=http://nas:1",), "http://other:1", token_provider.UNKNOWN),
        (("youtube:player_client=web",), None, token_provider.UNKNOWN),
    ],
)
def test_the_subject_is_where_the_provider_is(
    home: Home, args: tuple[str, ...], provider: str | None, subject: str
) -> None:
    job = queue_job(home.db, add_video(home.db, "one"), site="youtube")
    facts = facts_of(job, Channel(url="", args=args), context_of(home, NOW).settings)
    evidence = Evidence("No video formats found!", provider=provider, provider_trouble=ProviderTrouble.SLOW)
    found = token_provider.subject_of(facts, classify(evidence))
    assert found == subject
    assert found in token_provider.dependencies(facts)
    assert token_provider.subject_of(facts, classify(Evidence("Private video"))) is None
