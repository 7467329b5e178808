"""The sample site's tabs, asked for as yt-dlp asks YouTube: a page that fails is tried again."""

from __future__ import annotations

from typing import Any

from yt_dlp import YoutubeDL
from yt_dlp.utils import ExtractorError

from ytui.demo import extractor


class YtuiDemoTabIE(extractor.YtuiDemoTabIE):
    def _page(self, base: str, handle: str, tab: str, number: int) -> dict[str, Any]:
        page: dict[str, Any] = {}
        for retry in self.RetryManager():
            try:
                page = super()._page(base, handle, tab, number)
            except ExtractorError as error:
                retry.error = error
        return page


def register(ydl: YoutubeDL) -> None:
    extractor.register(ydl)
    ydl.add_info_extractor(YtuiDemoTabIE())
