"""What the holder sees to now and then: news told, files let go or missed, old logs, a newer yt-dlp."""
