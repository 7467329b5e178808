"""An extra extractor module of a test: cookies of a session that was ended are called dead."""

from __future__ import annotations

from typing import Any

from ytui.demo import extractor
from ytui.demo.responses import SESSION_COOKIE


class YtuiDemoIE(extractor.YtuiDemoIE):
    """Warns in the words of yt-dlp's own extractor where a session was ended by the site."""

    def _real_extract(self, url: str) -> dict[str, Any]:
        sent = self._get_cookies(url).get(SESSION_COOKIE)
        if sent is not None and sent.value == "rotated":
            self.report_warning(
                "The provided YouTube account cookies are no longer valid. They have likely been rotated in "
                "the browser as a security measure."
            )
        return super()._real_extract(url)


def register(ydl: Any) -> None:
    """Take the place of the sample site's own; runs in the job's process only."""
    ydl.add_info_extractor(YtuiDemoIE())
