"""Periodic maintenance by the holder: notifications, files let go or missed, old logs, yt-dlp upgrades."""
