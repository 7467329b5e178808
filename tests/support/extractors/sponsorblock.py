"""An extra extractor module of a test: the sample site counts among those that SponsorBlock knows."""

from __future__ import annotations

from typing import Any

from yt_dlp.postprocessor.sponsorblock import SponsorBlockPP


def register(ydl: Any) -> None:
    """Runs in the job's process only."""
    SponsorBlockPP.EXTRACTORS = {"YtuiDemo": "YouTube"}
