"""An extra extractor module of a test: the sample site's videos are for people of one country."""

from __future__ import annotations

from typing import Any

from ytui.demo import extractor


class YtuiDemoIE(extractor.YtuiDemoIE):
    """Refuses as yt-dlp's own do where metadata could be told, until the request seems to come from there."""

    _GEO_BYPASS = True

    def _real_extract(self, url: str) -> dict[str, Any]:
        if self._x_forwarded_for_ip is None:
            self.raise_geo_restricted("Not in your country", ["NZ"], metadata_available=True)
            return {"id": self._match_id(url), "title": "told all the same", "formats": []}
        return super()._real_extract(url)


def register(ydl: Any) -> None:
    """Take the place of the sample site's own; runs in the job's process only."""
    ydl.add_info_extractor(YtuiDemoIE())
