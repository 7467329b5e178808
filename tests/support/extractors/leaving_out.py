"""The sample site's tabs, by an extractor that goes on with the next page where a second try failed too."""

from __future__ import annotations

from typing import Any

from yt_dlp import YoutubeDL
from yt_dlp.utils import ExtractorError

from tests.support.extractors import retrying
from ytui.demo import extractor


class YtuiDemoTabIE(retrying.YtuiDemoTabIE):
    def _page(self, base: str, handle: str, tab: str, number: int) -> dict[str, Any]:
        try:
            return super()._page(base, handle, tab, number)
        except ExtractorError:
            return super()._page(base, handle, tab, number + 1)


def register(ydl: YoutubeDL) -> None:
    extractor.register(ydl)
    ydl.add_info_extractor(YtuiDemoTabIE())
