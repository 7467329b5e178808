"""Which JavaScript runtime jobs have, judged as they judge it: with the same options, each started once."""

from __future__ import annotations

from collections.abc import Sequence

from ytui.cli.commands.programs import Check
from ytui.core.js_runtimes import RUNTIMES_OPTION, why_none
from ytui.core.settings import Settings

NAME = "javascript"


def javascript_checks(settings: Settings | None) -> list[Check]:
    """One for the options that all jobs have, and one for each channel that enables others."""
    if settings is None:
        return [_check(NAME, ())]
    checks = [_check(NAME, settings.ytdlp.args)]
    for channel in settings.channels:
        if any(RUNTIMES_OPTION in word for word in channel.args):
            checks.append(
                _check(f"{NAME} of {channel.name or channel.url}", (*settings.ytdlp.args, *channel.args))
            )
    return checks


def _check(name: str, args: Sequence[str]) -> Check:
    from ytui.media.js_runtimes import look_at_runtimes

    runtimes = look_at_runtimes(args)
    usable = [f"{runtime.name} {runtime.version}".strip() for runtime in runtimes if runtime.usable]
    if usable:
        return Check(name, True, usable[0])
    reason, remedy = why_none(runtimes)
    return Check(name, False, reason, remedy)
