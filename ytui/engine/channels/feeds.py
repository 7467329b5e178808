"""Feeds before listings: a check that is due costs a feed, newest pages, or a tab as a whole.

A feed is a hint. Where everything in it is known, it stands in for the listing a few times; a person who asks
by key gets the listing, and so does whoever asks a feed that tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from ytui.core.channel_address import CHANNEL_ID
from ytui.core.fetch_schedule import LONGEST, WHOLE_AGAIN
from ytui.core.filters import date_floor
from ytui.core.protocol import FeedRead
from ytui.core.settings import CHANNEL_TABS, Channel
from ytui.engine.importing.channel_addresses import channel_id_in
from ytui.engine.sites.site_states import PROBING
from ytui.store import channels, jobs, sites, tabs
from ytui.store.database import Database
from ytui.store.rows import Channel as ChannelRow
from ytui.store.rows import ChannelState, Job, TabRow

MOST_IN_A_ROW = 3
"""Checks by feed before the tabs are listed again: feeds lag, and hold the newest few alone."""
_ADDRESS = "https://www.youtube.com/feeds/videos.xml?channel_id={}"


def feed_of(channel: ChannelRow) -> str | None:
    """The address of a channel's feed; None where the site has none, or its id is not known yet."""
    own_id = channel.channel_id or channel_id_in(channel.url) or ""
    return _ADDRESS.format(own_id) if channel.site == "youtube" and CHANNEL_ID.fullmatch(own_id) else None


def may_stand_in(
    db: Database, channel: ChannelRow, settings: Channel, listed: Sequence[TabRow], now: float
) -> bool:
    """Whether the feed may be asked before these tabs of a channel that is due."""
    # It names the videos of all tabs: with one of them unwanted it would always name something unknown. And
    # for a single list it saves nothing.
    if feed_of(channel) is None or len(listed) < 2 or not set(CHANNEL_TABS) <= set(settings.tabs):
        return False
    if channel.state is not ChannelState.OK or channels.feed_checks(db, channel.id) >= MOST_IN_A_ROW:
        return False
    if channels.shows_broadcast(db, channel.id):
        # Its feed names it already; only its list tells when it is over.
        return False
    return not jobs.active_fetches(db, channel.id) and not any(
        not tab.complete or now - (tab.last_walk_at or 0.0) >= LONGEST or is_due_whole(db, tab, settings, now)
        for tab in listed
    )


def feed_for(db: Database, channel: ChannelRow, job: Job) -> str | None:
    """The feed that a fetch which may be spared asks first; only its first attempt, and never a probe's."""
    if not job.options.feed or job.asked or job.attempt > 1:
        return None
    # A site that closed is asked what it had refused: a feed's answer would not tell that it is open again.
    site = sites.get(db, job.site)
    probes = site is not None and site.state == PROBING and site.probe_job == job.id
    return None if probes else feed_of(channel)


def reason_to_list(db: Database, channel: ChannelRow, read: FeedRead) -> str:
    """Why the tabs are listed after all, in words; empty if the feed names nothing that is not known."""
    if read.problem:
        return f"its feed tells nothing: {read.problem}"
    unknown = len(channels.unknown_ids(db, channel.id, read.ids))
    return f"its feed names {unknown} not known yet" if unknown else ""


def is_due_whole(db: Database, tab: TabRow, settings: Channel, now: float) -> bool:
    """Whether a tab whose walks end early is to be walked to its end again, to see what is missing of it."""
    if not (tab.complete and tab.newest_first) or date_floor(settings, now) is not None:
        return False
    return now - (tabs.whole_walk_at(db, tab.id) or 0.0) >= WHOLE_AGAIN
