"""What ``ytui doctor`` says of yt-dlp's plug-ins, and of the token providers that they ask."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ytui.cli.commands.programs import Check

if TYPE_CHECKING:
    from ytui.core.settings import Settings
    from ytui.media.plugin_report import PluginReport

NAME, PROVIDER = "plug-in", "token provider"
_ANSWERS_WITHIN = 2.0
"""Seconds."""


def plugin_checks(settings: Settings) -> list[Check]:
    """One for each plug-in that yt-dlp loads or was to load, and for each token provider."""
    from ytui.media.plugin_report import providers_asked, providers_misnamed, survey

    common = settings.ytdlp.args
    many_args = list(dict.fromkeys([common, *((*common, *channel.args) for channel in settings.channels)]))
    reports = survey(many_args)
    checks = [_plugin(report) for report in reports] or [Check(NAME, True, "none")]
    checks += map(_misnamed, providers_misnamed(many_args))
    return [*checks, *map(_provider, providers_asked(many_args))]


def _plugin(report: PluginReport) -> Check:
    name = f"{report.name} {report.version}".strip()
    if report.problem:
        mend = "upgrade or remove it" if report.folder else "mend [ytdlp] args, or remove it"
        return Check(NAME, False, f"{name}: {report.problem}", mend)
    if report.off:
        return Check(NAME, True, f"{name}: installed, switched off by {report.off}")
    return Check(NAME, True, f"{name}: {'; '.join(report.gives)}; from {report.folder}")


def _misnamed(value: str) -> Check:
    # It may be an address with a password whose scheme alone is missing.
    shown = value.rpartition("@")[2]
    mend = "write it as http://HOST:PORT, the usual one is http://127.0.0.1:4416"
    return Check(PROVIDER, False, f"base_url={shown} is no address", mend)


def _provider(url: str) -> Check:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        # A connection, not a question: what a provider answers is its plug-in's affair.
        socket.create_connection((parts.hostname or "", port), timeout=_ANSWERS_WITHIN).close()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return Check(PROVIDER, False, f"{_shown(url)} does not answer ({why})", "start it")
    return Check(PROVIDER, True, f"{_shown(url)} answers")


def _shown(url: str) -> str:
    """The address without a password."""
    scheme, _, rest = url.partition("//")
    return f"{scheme}//{rest.rpartition('@')[2]}"
