"""The demo's media: three clips in several qualities and an upright one for shorts, made by ``make.py``."""
