"""Download of one video, from its address to its files in the library."""
