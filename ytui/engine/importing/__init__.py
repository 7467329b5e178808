"""Ways in: what a person brings from elsewhere, read, compared with what is known, and taken in."""
