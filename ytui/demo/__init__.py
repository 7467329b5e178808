"""The sample site that ytui demo serves on loopback, and a yt-dlp extractor for it."""
