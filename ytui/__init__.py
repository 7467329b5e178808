"""ytui: a full-screen terminal application for archiving video channels, on yt-dlp."""

__version__ = "1.0.0"
