"""Plug-in report for a person: names, versions, providers of yt-dlp's plug-ins, and silent ones."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from types import ModuleType
from typing import Any

from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.extractor.youtube.jsc.provider import JsChallengeProvider
from yt_dlp.extractor.youtube.pot.cache import PoTokenCacheProvider
from yt_dlp.extractor.youtube.pot.provider import PoTokenProvider
from yt_dlp.plugins import PACKAGE_NAME
from yt_dlp.postprocessor.common import PostProcessor

from ytui.ytdlp import plugins
from ytui.ytdlp.extractors import PROVIDER_ARGUMENTS, misnamed_addresses, provider_addresses
from ytui.ytdlp.options import params_of, plugin_folders

_KINDS: tuple[tuple[Any, str, str], ...] = (
    (PoTokenProvider, "tokens by", "PROVIDER_NAME"),
    (PoTokenCacheProvider, "token cache", "PROVIDER_NAME"),
    (JsChallengeProvider, "challenges by", "PROVIDER_NAME"),
    (InfoExtractor, "site", "IE_NAME"),
    (PostProcessor, "step", "__name__"),
)
_OFF = "YTDLP_NO_PLUGINS"
"""A variable of the environment with which yt-dlp loads no plug-in."""


_NO_VERSION = ("", PoTokenProvider.PROVIDER_VERSION)


@dataclass(frozen=True)
class PluginReport:
    """One plug-in, or a folder that was to have some; ``problem`` says why it is silent, else empty.

    ``off`` says by what it is switched off, which is somebody's choice.
    """

    name: str
    version: str = ""
    folder: str = ""
    gives: tuple[str, ...] = ()
    problem: str = ""
    off: str = ""


def survey(many_args: Iterable[Sequence[str]]) -> list[PluginReport]:
    """Load the plug-ins that the options (of ytui and of each channel) name, and tell of all of them.

    Raises ``ValueError`` where a folder is missing.
    """
    folders = list(dict.fromkeys(folder for args in many_args for folder in plugin_folders(args)))
    plugins.load(folders)
    owners = _owners()
    found: dict[str, list[ModuleType]] = {}
    for module in _modules():
        found.setdefault(_name(module, owners), []).append(module)
    broken = {failed.module: failed.problem for failed in plugins.failed()}
    reports = [_report(name, modules, owners, broken) for name, modules in found.items()]
    return [*reports, *_silent_folders(folders), *_switched_off(owners, found)]


def providers_asked(many_args: Iterable[Sequence[str]]) -> list[str]:
    """The addresses of the token providers that these options and the loaded plug-ins ask, each once."""
    asked: dict[str, None] = {}
    for args in many_args:
        given: Mapping[str, Any] = params_of(args).get("extractor_args") or {}
        asked |= dict.fromkeys(provider_addresses(given))
        if not any(key.startswith(PROVIDER_ARGUMENTS) for key in given):
            asked |= dict.fromkeys(_usual_addresses())
    return list(asked)


def providers_misnamed(many_args: Iterable[Sequence[str]]) -> list[str]:
    """What stands where these options name a provider's address, and is none; each once."""
    given = (params_of(args).get("extractor_args") or {} for args in many_args)
    return list(dict.fromkeys(value for options in given for value in misnamed_addresses(options)))


def _usual_addresses() -> Iterator[str]:
    """Where the plug-ins look for a provider unless they are told."""
    for found in _classes(_modules()):
        usual = getattr(found, "DEFAULT_BASE_URL", None)
        if issubclass(found, PoTokenProvider) and isinstance(usual, str):
            yield usual


def _modules() -> list[ModuleType]:
    prefix = f"{PACKAGE_NAME}."
    modules = [module for name, module in sys.modules.items() if name.startswith(prefix)]
    return [module for module in modules if getattr(module, "__file__", None)]


def _owners() -> dict[Path, Distribution]:
    """What pip has installed, by the files of plug-ins."""
    return {
        Path(str(found.locate_file(file))).resolve(): found
        for found in distributions()
        for file in found.files or ()
        if file.parts[:1] == (PACKAGE_NAME,) and file.suffix == ".py"
    }


def _name(module: ModuleType, owners: Mapping[Path, Distribution]) -> str:
    owner = owners.get(_file(module))
    return owner.name if owner else _root(module).name


def _file(module: ModuleType) -> Path:
    return Path(str(module.__file__)).resolve()


def _root(module: ModuleType) -> Path:
    """The folder, or the archive, that holds the package of plug-ins."""
    file = _file(module)
    return next(parent.parent for parent in file.parents if parent.name == PACKAGE_NAME)


def _report(
    name: str, modules: list[ModuleType], owners: Mapping[Path, Distribution], broken: Mapping[str, str]
) -> PluginReport:
    owner = owners.get(_file(modules[0]))
    problems = [
        f"{module.__name__}: {broken[module.__name__]}" for module in modules if module.__name__ in broken
    ]
    own = list(_classes(modules))
    said = [getattr(module, "__version__", "") for module in modules]
    said += [getattr(one, "PROVIDER_VERSION", "") for one in own]
    version = owner.version if owner else next((str(word) for word in said if word not in _NO_VERSION), "")
    gives = _gives(own)
    nothing = "" if gives else "it brings nothing that yt-dlp knows"
    return PluginReport(name, version, str(_root(modules[0])), gives, "; ".join(problems) or nothing)


def _classes(modules: Iterable[ModuleType]) -> Iterator[type]:
    for module in modules:
        for _, found in inspect.getmembers(module, inspect.isclass):
            if found.__module__ == module.__name__ and not inspect.isabstract(found):
                yield found


def _gives(found: Iterable[type]) -> tuple[str, ...]:
    """What the classes are to yt-dlp, the names of those of one kind together."""
    names: dict[str, list[str]] = {}
    for one in found:
        replaces = getattr(one, "PLUGIN_NAME", None) is not None
        for kind, words, name in _KINDS:
            if issubclass(one, kind) and (replaces or not one.__name__.startswith("_")):
                names.setdefault("replaces" if replaces else words, []).append(str(getattr(one, name)))
    return tuple(f"{words} {', '.join(those)}" for words, those in names.items())


def _silent_folders(folders: Iterable[str]) -> Iterator[PluginReport]:
    for folder in folders:
        if folder == plugins.DEFAULT:
            continue
        whole = Path(folder).resolve()
        if not any(whole == _root(module).parent for module in _modules()):
            looked = f"yt-dlp looks for {folder}/NAME/{PACKAGE_NAME}/extractor"
            yield PluginReport(folder, problem=f"nothing in it that yt-dlp loads: {looked}")


def _switched_off(owners: Mapping[Path, Distribution], found: Mapping[str, object]) -> Iterator[PluginReport]:
    installed = {owner.name: owner.version for owner in owners.values()}
    why = _OFF if os.environ.get(_OFF) else "--no-plugin-dirs"
    for name, version in installed.items():
        if name not in found:
            yield PluginReport(name, version, off=why)
