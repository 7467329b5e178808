"""Commands about channels: the configuration and the store's rows are both changed, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from ytui import config
from ytui.config import ConfigError
from ytui.core.channel_address import list_id
from ytui.core.fetch_schedule import SPREAD
from ytui.core.formatting import plural
from ytui.core.settings import Channel, Settings
from ytui.core.sites import site_of, youtube_video_id
from ytui.core.suggestions import did_you_mean
from ytui.core.urls import normalise_url
from ytui.engine.channels import removal
from ytui.engine.channels.channel_settings import settings_of, usual_name
from ytui.engine.channels.reselect import reselect_if_changed
from ytui.engine.channels.same_channel import KnownChannels, entries_of, move_channel, row_for
from ytui.engine.commands import queue_commands
from ytui.engine.maintenance.keep_changes import look_at_rules
from ytui.paths import Places
from ytui.store import channel_removals, channels, jobs, journal
from ytui.store.channel_removals import MissingChannels
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow

Result = TypeVar("Result")


def change_config_and_store(
    db: Database, places: Places, write: Callable[[], object], follow: Callable[[], Result]
) -> Result:
    """Run ``write``, which changes the configuration, and then ``follow``, which changes the store.

    Raises what they raise: nothing is written where the store cannot be, and where it cannot follow, the
    configuration is put back. Only where that fails too does the error carry a note that says what stands.
    """
    with transaction(db):
        # Whoever keeps the store locked is met here, before anything is written.
        pass
    before = after = config.texts(places.config_file)
    try:
        try:
            write()
        finally:
            after = config.texts(places.config_file)
        with transaction(db):
            return follow()
    except BaseException as error:
        try:
            put_back = config.put_back(places.config_file, before, after) is not None
        except (ConfigError, OSError):
            put_back = False
        if not put_back:
            error.add_note(f"{places.config_file} has the change already, and ytui takes it up when it can")
        raise


WRITTEN_BACKLOG = "newest 30"
"""What ``add``, the app and an import write for a new channel, and say so."""


def backlog_to_write(settings: Settings) -> dict[str, object]:
    """The ``backlog`` of a new channel of which nothing is said; nothing where ``[defaults]`` has one."""
    return {} if "backlog" in settings.defaults else {"backlog": WRITTEN_BACKLOG}


def backlog_of_new(settings: Settings) -> str:
    """What of the first listing of such a channel is queued, as it is written."""
    inherited = config.whole_values(settings.inherited)
    return str({"backlog": "all", **inherited, **backlog_to_write(settings)}["backlog"])


@dataclass(frozen=True)
class AddResult:
    """What became of addresses to add."""

    added: list[ChannelRow] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    known_as: dict[str, str] = field(default_factory=dict)
    """The names of the channels that have those addresses, or are known by them."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)


Rows = Sequence[ChannelRow]


def none_of(missing: Rows) -> Rows:
    """Let no channel go that the configuration lists no more: what is done has nothing to do with it."""
    return ()


def sync_channels(
    db: Database,
    settings: Settings,
    now: float,
    before: Settings | None = None,
    *,
    goes: Callable[[Rows], Rows] = lambda missing: missing,
    by_hand: bool = False,
) -> Settings:
    """Make the store's channels those of the configuration; re-judge what changed since they were judged.

    ``before`` is the configuration until now, where it is known. ``goes`` says which of the channels that
    are missing in it are subscribed to no more; ``by_hand``: their jobs come back with them. Returns the
    settings in force: the others are in them still, as they were before, or else with nothing to download.
    """
    taken: set[int] = set()
    with transaction(db):
        for channel in settings.channels:
            row = row_for(db, settings, channel, now)
            if row is None:
                continue
            taken.add(row.id)
            # A label that another channel has too was given a number, and keeps it.
            if channel.name and row.name != channel.name and not row.name.startswith(f"{channel.name} ("):
                channels.set_identity(db, row.id, name=channel.name)
            if row.tags != channel.tags:
                channels.set_tags(db, row.id, channel.tags)
            _not_later_than_set(db, row, channel, now)
        missing = [row for row in channels.subscribed(db) if row.id not in taken]
        gone = {row.id for row in goes(missing)}
        for row in missing:
            if row.id in gone:
                _unsubscribe(db, row, now, by_hand)
        for row in channels.subscribed(db):
            if row.id in taken:
                _bring_jobs_back(db, row, now)
    settings = _with_those_that_stay(settings, before, [row for row in missing if row.id not in gone])
    look_at_rules(db, settings, now)
    for row in channels.subscribed(db):
        was, is_now = None if before is None else settings_of(before, row), settings_of(settings, row)
        channels.set_quality(db, row.id, is_now.quality.value)
        reselect_if_changed(db, row, is_now, was, now)
    return settings


def _with_those_that_stay(settings: Settings, before: Settings | None, rows: Rows) -> Settings:
    known = before.by_url if before is not None else {}
    stay = [known.get(row.url) or Channel(url=row.url, name=row.name, download=False) for row in rows]
    return replace(settings, channels=(*settings.channels, *stay)) if stay else settings


@dataclass(frozen=True)
class LetGo:
    """Channels that were let go, and what was asked before."""

    rows: Rows
    before: MissingChannels


def let_go(db: Database, settings: Settings, ids: Sequence[int], now: float) -> LetGo:
    """Unsubscribe from channels that are missing in the configuration, as a person said.

    They come back with their jobs when they are written in again, or with :func:`have_again`.
    """
    wanted = set(ids)
    gone: list[ChannelRow] = []

    def goes(missing: Rows) -> Rows:
        gone.extend(row for row in missing if row.id in wanted)
        return gone

    with transaction(db):
        sync_channels(db, settings, now, goes=goes, by_hand=True)
        return LetGo(gone, removal.decided(db, [row.id for row in gone], now))


def have_again(db: Database, done: LetGo, now: float) -> int:
    """Subscribe again to what was let go, with its jobs, and ask about it as before; how many jobs."""
    with transaction(db):
        channel_removals.subscribe(db, [row.id for row in done.rows])
        removal.undecided(db, done.before)
        return sum(_bring_jobs_back(db, row, now) for row in done.rows)


def _bring_jobs_back(db: Database, row: ChannelRow, now: float) -> int:
    back = channel_removals.bring_jobs_back(db, row.id, now)
    if back:
        message = f"{row.name} is subscribed to again: {plural(back, 'job')} of it put back"
        journal.write(db, at=now, level="info", type="runtime", message=message, channel_id=row.id)
    return back


def _unsubscribe(db: Database, row: ChannelRow, now: float, by_hand: bool) -> None:
    if by_hand:
        channel_removals.keep_jobs(db, row.id, now)
    channels.unsubscribe(db, row.id)
    ended = jobs.end_with_channel(db, row.id, now)
    cancelled = f"{plural(ended, 'job')} of it cancelled, " if ended else ""
    message = f"{row.name} is subscribed to no more: {cancelled}its files stay"
    journal.write(db, at=now, level="info", type="runtime", message=message, channel_id=row.id)


def _not_later_than_set(db: Database, row: ChannelRow, channel: Channel, now: float) -> None:
    """A shorter ``every`` counts from the last fetch on, not from the next one, which may be a week away."""
    every = channel.every
    if every is None or row.next_fetch is None or row.next_fetch <= now + every * (1 + SPREAD):
        return
    channels.set_next_fetch(db, row.id, max(now, (row.last_fetched or now) + every))


def address_to_add(text: str) -> str:
    """The normalised address of a new channel or list; ``ValueError`` where ``text`` names neither."""
    url = normalise_url(text)
    if youtube_video_id(url) and "list" not in parse_qs(urlsplit(url).query):
        # As a list of one it would go by its channel's name and feed, and a second time in an export.
        raise ValueError(f"{url} is a single video: `ytui download` takes those")
    name = list_id(url)
    if name is not None and site_of(url) == "youtube":
        # The video beside it says nothing of the list.
        return f"https://www.youtube.com/playlist?list={name}"
    return url


def add_channels(
    db: Database, places: Places, values: Sequence[Mapping[str, object]], now: float
) -> AddResult:
    """Write new channels to the configuration, take them into the store and queue their first fetch.

    Each of ``values`` has a ``url`` and any other key of ``[[channels]]``. ``ConfigError`` if the file cannot
    be changed; an address that is none, or is there already, is reported and stops nothing.
    """
    result = AddResult()
    before = config.load(places.config_file).settings
    known = KnownChannels(db, before)
    fresh = []
    for value in values:
        try:
            url = address_to_add(str(value["url"]))
        except ValueError as error:
            result.refused.append((str(value["url"]), str(error)))
            continue
        name = known.name_of(url)
        if name is not None:
            result.known.append(url)
            result.known_as[url] = name
            continue
        known.add(url, str(value.get("name") or usual_name(url)))
        fresh.append({**backlog_to_write(before), **value, "url": url})
    if not fresh:
        return result

    def subscribe() -> None:
        settings = config.load(places.config_file).settings
        sync_channels(db, settings, now, goes=none_of)
        rows = (channels.by_url(db, str(value["url"])) for value in fresh)
        result.added.extend(row for row in rows if row is not None)
        result.jobs.extend(queue_commands.fetch_channels(db, settings, [row.id for row in result.added], now))

    change_config_and_store(db, places, lambda: config.add_channels(places.config_file, fresh), subscribe)
    return result


def update_channel(
    db: Database, places: Places, url: str, values: Mapping[str, object], now: float
) -> ChannelRow:
    """Set keys of a channel in the configuration and re-judge its videos; None restores a key's default.

    Another ``url`` is its address from then on, and it is listed there at once.
    ``ConfigError`` if the file cannot be changed so; ``LookupError`` if the channel is not in the store.
    """
    before = config.load(places.config_file).settings

    address = normalise_url(str(values.get("url", url)))

    def judge() -> ChannelRow:
        settings = config.load(places.config_file).settings
        row = channels.by_url(db, normalise_url(url))
        moves = row is not None and row.url != address
        if row is not None and moves:
            move_channel(db, row, address)
        sync_channels(db, settings, now, before, goes=none_of)
        row = channels.by_url(db, address)
        if row is None:
            raise LookupError(f"there is no channel {url!r}")
        if moves:
            queue_commands.fetch_channels(db, settings, [row.id], now)
        return row

    return change_config_and_store(
        db, places, lambda: config.update_channel(places.config_file, url, values), judge
    )


def update_channels(
    db: Database, places: Places, changes: Mapping[str, Mapping[str, object]], now: float
) -> None:
    """Set keys of channels by their addresses, as :func:`update_channel` does; all of them or none."""
    if len(changes) == 1:
        url, values = next(iter(changes.items()))
        update_channel(db, places, url, values, now)
    else:
        _update(db, places, lambda: config.update_channels(places.config_file, changes), now)


def update_defaults(db: Database, places: Places, values: Mapping[str, object], now: float) -> None:
    """Set keys of ``[defaults]`` and re-judge the videos of all channels that inherit them.

    ``ConfigError`` if the file cannot be changed so.
    """
    _update(db, places, lambda: config.update_defaults(places.config_file, values), now)


def _update(db: Database, places: Places, write: Callable[[], object], now: float) -> None:
    before = config.load(places.config_file).settings

    def judge() -> None:
        sync_channels(db, config.load(places.config_file).settings, now, before, goes=none_of)

    change_config_and_store(db, places, write, judge)


def remove_channels(db: Database, places: Places, names_or_urls: Sequence[str], now: float) -> list[str]:
    """Unsubscribe from channels by name or address: files, videos and history stay. The names removed.

    Raises ``LookupError`` naming the first that is not subscribed to, before anything is changed.
    """
    rows = [channel_named(db, text) for text in names_or_urls]

    def write() -> None:
        for row in rows:
            settings = config.load(places.config_file).settings
            for url in entries_of(db, settings, row):
                if url in settings.by_url:
                    config.remove_channel(places.config_file, url)

    def unsubscribe() -> None:
        named = {row.id for row in rows}
        settings = config.load(places.config_file).settings
        sync_channels(db, settings, now, goes=lambda missing: [row for row in missing if row.id in named])

    change_config_and_store(db, places, write, unsubscribe)
    return [row.name for row in rows]


def subscribe_again(
    db: Database, places: Places, gone: Sequence[Channel], rows: Sequence[ChannelRow], now: float
) -> None:
    """Take channels that were removed back with their settings; they are due when they were due before.

    ``ConfigError`` if the file cannot be changed so.
    """
    values = [config.channel_values(channel) for channel in gone]

    def subscribe() -> None:
        sync_channels(db, config.load(places.config_file).settings, now, goes=none_of)
        due_as_before(db, rows)

    change_config_and_store(db, places, lambda: config.add_channels(places.config_file, values), subscribe)


def due_as_before(db: Database, rows: Sequence[ChannelRow]) -> None:
    """Let channels be due when they were; one that is subscribed to again would be due at once."""
    for row in rows:
        # A first fetch that waited was cancelled with the subscription: that channel is due at once.
        if row.last_fetched is not None:
            channels.set_next_fetch(db, row.id, row.next_fetch)


def put_config_back(
    db: Database, places: Places, before: Mapping[Path, str], after: Mapping[Path, str], now: float
) -> bool:
    """Undo a change of the configuration, given its texts (:func:`ytui.config.texts`) around the change.

    False, with nothing done, where a file was changed since. ``ConfigError`` as with every save.
    """
    was = config.load(places.config_file).settings
    loaded = config.put_back(places.config_file, before, after)
    if loaded is None:
        return False
    # What the change had added goes with it.
    sync_channels(
        db, loaded.settings, now, was, goes=lambda missing: [row for row in missing if row.url in was.by_url]
    )
    return True


def channel_named(db: Database, text: str) -> ChannelRow:
    """The subscribed channel of this name or address; ``LookupError`` if there is none.

    What it was called by its address, before its own name was known, is a name of it still if of no other.
    """
    row = channels.by_name(db, text) or channels.by_url(db, text)
    if row is None and "://" in text:
        try:
            row = channels.by_url(db, normalise_url(text))
        except ValueError:
            row = None
    if row is None:
        usual = [each for each in channels.subscribed(db) if usual_name(each.url) == text.removeprefix("@")]
        row = usual[0] if len(usual) == 1 else None
    if row is None or not row.subscribed:
        known = did_you_mean(
            text, (each.name for each in channels.subscribed(db)), "`ytui channels` lists them"
        )
        raise LookupError(f"there is no channel {text!r}: {known}")
    return row
