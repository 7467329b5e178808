"""Typed values: ``key=value`` as it is typed, to what ``config.toml`` would say for a channel."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence

from ytui.config.channel import channel_of, channel_values
from ytui.config.problems import UnexpectedValue
from ytui.config.value_readers import day
from ytui.core.declarations import Key, ValueType, keys_of
from ytui.core.settings import Channel
from ytui.core.suggestions import did_you_mean

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class WrongValue(ValueError):
    """A word of the command line that is no ``key=value`` of a channel; the text is one sentence."""


def typed_values(words: Sequence[str]) -> dict[str, object]:
    """The TOML values of these words; None, for an empty value, restores a key's default.

    Raises :class:`WrongValue` for an unknown key or one that is given twice. What the values must be is
    checked with the channel that they are for (:func:`changed_channel`).
    """
    keys = keys_of(Channel)
    values: dict[str, object] = {}
    for word in words:
        name, _, text = word.partition("=")
        if name not in keys:
            known = did_you_mean(name, keys, "`ytui help config` lists them")
            raise WrongValue(f"'{name}' is no key of a channel: {known}")
        if name in values:
            raise WrongValue(f"{name} is given twice: give it once")
        values[name] = _typed(keys[name], text.strip())
    return values


def changed_channel(channel: Channel, values: Mapping[str, object], inherited: Channel) -> Channel:
    """The channel with these values set; raises :class:`WrongValue` where it is not to be so."""
    wanted = {**channel_values(channel), **values}
    address = str(wanted.pop("url") or channel.url)
    changed, wrong = channel_of(address, wanted, channel, inherited)
    if changed is None:
        name, sentence = next(iter(wrong.items()))
        raise WrongValue(f"{name} {sentence}")
    return changed


def _typed(key: Key, text: str) -> object:
    if not text:
        return None
    if key.many or key.type is ValueType.TAGS:
        return _list(text)
    if key.type is ValueType.FLAG:
        return _FLAGS.get(text.lower(), text)
    if key.type is ValueType.DATE:
        try:
            return day(text)
        except UnexpectedValue:
            # Kept as it is, so that the mistake is named.
            return text
    if key.type in (ValueType.WHOLE, ValueType.DURATION) and text.isascii() and text.isdecimal():
        return int(text)
    return text


def _list(text: str) -> object:
    """A list as TOML writes it, or its entries with commas between."""
    if text.startswith("["):
        try:
            return tomllib.loads(f"list = {text}")["list"]
        except tomllib.TOMLDecodeError:
            return text
    return [entry for part in text.split(",") if (entry := part.strip())]
