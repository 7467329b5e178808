"""An extra extractor module of a test: the site's videos need a JavaScript runtime, its shorts do not."""

from __future__ import annotations

from typing import Any

from yt_dlp.utils import ExtractorError

from ytui.demo import extractor


class YtuiDemoIE(extractor.YtuiDemoIE):
    """Asks yt-dlp for a runtime as YouTube's extractor does, and says the same where there is none."""

    def _real_extract(self, url: str) -> dict[str, Any]:
        info = super()._real_extract(url)
        usable = [runtime for runtime in self._downloader._js_runtimes.values() if runtime.info]
        if not usable and "short" not in info["title"].lower():
            self.report_warning("No supported JavaScript runtime could be found")
            raise ExtractorError("Requested format is not available", expected=True)
        return info


def register(ydl: Any) -> None:
    """Take the place of the sample site's own; runs in the job's process only."""
    ydl.add_info_extractor(YtuiDemoIE())
