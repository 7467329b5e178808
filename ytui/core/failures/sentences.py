"""The plain words for every class of failure: a title, one sentence of reason, one of remedy."""

from __future__ import annotations

from typing import NamedTuple


class Sentences(NamedTuple):
    """What a person reads of one class."""

    title: str
    reason: str
    remedy: str


#: Keyed by the class's value: the enum itself reads this table.
SENTENCES: dict[str, Sentences] = {
    "network_timeout": Sentences(
        "network timeout",
        "The server did not answer in time.",
        "Nothing to do: it is tried again, soon at first and then every few hours.",
    ),
    "network_connection": Sentences(
        "connection lost or refused",
        "The connection could not be made, or it broke before everything was there.",
        "Nothing to do: it is tried again. If it lasts, check the network and the proxy setting.",
    ),
    "network_dns": Sentences(
        "name not resolved",
        "The name of the server could not be looked up.",
        "Check that this machine is online and its DNS works; it is tried again by itself.",
    ),
    "network_tls": Sentences(
        "secure connection failed",
        "No secure connection could be agreed with the server.",
        "Check the clock, the certificates and any proxy or filter of this machine, then retry.",
    ),
    "network_proxy": Sentences(
        "proxy failed",
        "The proxy refused the connection or could not be reached.",
        "Check the proxy's address and login in the configuration, and that it runs; then retry.",
    ),
    "server_error": Sentences(
        "server error",
        "The site answered with an error of its own or with an incomplete answer.",
        "Nothing to do: it is tried again with growing pauses.",
    ),
    "expired_url": Sentences(
        "media address expired",
        "The address of the media file has expired or was refused.",
        "Nothing to do: a fresh address is fetched and the download resumed.",
    ),
    "rate_limited": Sentences(
        "rate limited",
        "The site says that too many requests came from here.",
        "Nothing to do: the site is asked again after its cooldown. Lower its limits if this happens often.",
    ),
    "bot_check": Sentences(
        "bot check",
        "The site takes these requests for those of a robot, and refuses them.",
        "Nothing to do: it is tried again after the cooldown. If it stays, set cookies.",
    ),
    "login_required": Sentences(
        "login required",
        "The site shows this only after a login or with a password.",
        "Set cookies of an account that can see it, or the password, then retry.",
    ),
    "cookies_invalid": Sentences(
        "cookies not usable",
        "The cookies are missing, unreadable or no longer accepted by the site.",
        "Export the cookies afresh from a browser that is logged in, in Netscape format, then retry.",
    ),
    "members_only": Sentences(
        "members only",
        "Only members or subscribers of this channel may watch it.",
        "Set cookies of an account that is a member of the channel, or dismiss it.",
    ),
    "premium_required": Sentences(
        "payment required",
        "The site asks for payment, a ticket or a paid subscription.",
        "Set cookies of an account that has paid for it, or dismiss it.",
    ),
    "age_restricted": Sentences(
        "age restricted",
        "The site shows this only to accounts whose age is confirmed.",
        "Set cookies of an account with a confirmed age, then retry.",
    ),
    "geo_blocked": Sentences(
        "blocked in this region",
        "It is not shown to visitors from the country or address of this machine.",
        "Use a proxy in a country where it is shown, then retry, or dismiss it.",
    ),
    "private": Sentences(
        "private",
        "The owner shows this only to people who were invited.",
        "Set cookies of an account that was given access, or dismiss it.",
    ),
    "forbidden": Sentences(
        "refused",
        "The server refused access without saying why.",
        "It is tried twice more. If it stays, set cookies, use another network address, or upgrade yt-dlp.",
    ),
    "removed": Sentences("removed", "It has been removed from the site.", "Nothing can be done; dismiss it."),
    "terminated": Sentences(
        "account closed",
        "The account or channel it belonged to has been closed.",
        "Nothing can be done; dismiss it.",
    ),
    "copyright": Sentences(
        "copyright claim",
        "It was taken down or blocked because of a copyright claim.",
        "Nothing can be done; dismiss it.",
    ),
    "not_found": Sentences(
        "not found",
        "The site knows nothing at this address.",
        "Check the address; if it is right, what was there is gone.",
    ),
    "unavailable": Sentences(
        "unavailable",
        "The site says that it is not available and does not say why.",
        "Nothing to do: it is looked at again a few times over the next days.",
    ),
    "upcoming": Sentences(
        "not started yet",
        "It has been announced, but it has not started yet.",
        "Nothing to do: it is downloaded when it is over.",
    ),
    "live_now": Sentences(
        "live now",
        "It is being broadcast at the moment.",
        "Nothing to do: it is downloaded when the broadcast is over.",
    ),
    "not_live": Sentences(
        "not live",
        "There is no live broadcast here at the moment.",
        "Nothing to do: it is looked at again in some hours.",
    ),
    "live_processing": Sentences(
        "still being processed",
        "The broadcast is over or just uploaded, and the site is still preparing the recording.",
        "Nothing to do: it is looked at again in some hours.",
    ),
    "format_unavailable": Sentences(
        "format not available",
        "There is nothing here to download in the quality that was asked for.",
        "Allow a lower quality for this channel, or retry with one.",
    ),
    "drm": Sentences(
        "copy protected", "It is encrypted (DRM) and cannot be saved.", "Nothing can be done; dismiss it."
    ),
    "js_runtime": Sentences(
        "JavaScript runtime missing",
        "yt-dlp could not run the site's JavaScript, so formats are missing.",
        "Install deno (or a recent node or bun) and upgrade yt-dlp; `ytui doctor` says what is missing.",
    ),
    "token_provider": Sentences(
        "token provider does not answer",
        "The site wants a token, and the token provider that a plug-in of yt-dlp asks makes none.",
        "Start the provider, or look at its log, then retry; `ytui doctor` says whether it answers.",
    ),
    "ffmpeg_missing": Sentences(
        "ffmpeg missing",
        "ffmpeg, ffprobe or another needed program is not installed on this machine.",
        "Install ffmpeg (with ffprobe) and retry; `ytui doctor` says what is missing.",
    ),
    "postprocess_failed": Sentences(
        "processing failed",
        "It was downloaded, but merging or converting it failed.",
        "It is tried again. If it stays, retry without the partial, and look at the job's log.",
    ),
    "impersonation_required": Sentences(
        "browser impersonation needed",
        "The site answers only to requests that look like those of a browser.",
        "Install yt-dlp with curl-cffi, or set an impersonation target, then retry.",
    ),
    "extractor_broken": Sentences(
        "site not understood",
        "yt-dlp could not make sense of what the site sent, perhaps because the site has changed.",
        "Upgrade yt-dlp (`!`, or `ytui upgrade`); then it is tried again by itself.",
    ),
    "disk_full": Sentences(
        "disk full",
        "There is no room left on the disk, or a quota is used up.",
        "Free some space; the queue goes on by itself when there is room.",
    ),
    "permission": Sentences(
        "file not writable",
        "A file or folder could not be read or written on this machine.",
        "Check owner, rights and mount of the folder named in the message, then retry.",
    ),
    "filename": Sentences(
        "file name not possible",
        "The file system does not accept the name of the file.",
        "Shorten or change the template of the library, then retry.",
    ),
    "other_channel": Sentences(
        "another channel's address",
        "This address belongs to another channel now: nothing of it was downloaded.",
        "Give it its new address, or the lasting one (/channel/ and its id): e in the list of channels.",
    ),
    "unsupported_url": Sentences(
        "site not supported",
        "yt-dlp does not know how to download from this address.",
        "Check the address: it must be the page of a video, a channel or a list.",
    ),
    "invalid_url": Sentences(
        "not an address", "This is not a complete web address.", "Correct the address and add it again."
    ),
    "config": Sentences(
        "wrong setting",
        "A setting or option is not one that yt-dlp accepts.",
        "Correct the setting named in the message, then retry.",
    ),
    "keep_changed": Sentences(
        "`keep` was changed",
        "The new rule would take files that the rule before leaves. It is not in force until you say yes.",
        "Press K here, or give `ytui retention --yes`, to let them go; put `keep` back to leave them.",
    ),
    "channels_missing": Sentences(
        "channels missing",
        "Many channels are missing in the configuration. They are paused until you say whether they go.",
        "Press K here, or give `ytui remove --missing`, to let them go; written in again they are back.",
    ),
    "cancelled": Sentences("cancelled", "Somebody cancelled it.", "Retry it when you want it."),
    "skipped": Sentences(
        "skipped",
        "A filter, the archive or a limit leaves it out.",
        "Change the filter if you want it after all.",
    ),
    "interrupted": Sentences(
        "interrupted",
        "The process that did the work ended before the work was done.",
        "Nothing to do: it goes on where it stopped.",
    ),
    "unknown": Sentences(
        "unknown failure",
        "This failure is not known to ytui.",
        "It is tried again. If it stays, look at the job's log, and upgrade yt-dlp.",
    ),
}
