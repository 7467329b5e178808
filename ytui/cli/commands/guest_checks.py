"""What ``ytui doctor`` says of the guests that are kept: one check each, and never a cookie's value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ytui.cli.commands.cookie_checks import age_words
from ytui.cli.commands.programs import Check

if TYPE_CHECKING:
    from ytui.media.guest_jar import Guest
    from ytui.paths import Places

NAME = "guest"


def guest_checks(places: Places, now: float) -> list[Check]:
    """A check of each guest that is kept."""
    from ytui.media.guest_jar import kept_guests

    try:
        guests = kept_guests(places.guests_dir, now)
    except OSError as error:
        mend = f"let this user alone read and write {places.guests_dir}"
        return [Check(NAME, False, f"the guests cannot be read ({error.strerror})", mend)]
    if not guests:
        return [
            Check(NAME, True, "none is kept; the first job without a login makes one where guests are kept")
        ]
    return [_check(guest, now) for guest in guests]


def _check(guest: Guest | None, now: float) -> Check:
    from ytui.core.amounts import count

    if guest is None:
        return Check(NAME, True, "one that is too old, or whose file is damaged: the next job makes another")
    words = [f"{age_words(now - guest.made_at)} old", count(len(guest.cookies), "cookie")]
    if guest.strikes:
        words.append(f"refused {count(guest.strikes, 'time')} in a row")
    return Check(NAME, True, f"{guest.about or 'made by an older ytui'}: {', '.join(words)}")
