"""ytui: a full-screen terminal application for archiving video channels, on yt-dlp."""

__version__ = "0.1.0"
