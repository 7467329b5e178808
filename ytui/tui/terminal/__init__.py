"""The terminal: what is written to it, what is copied through it, and what becomes of the app without it."""
