"""Import: what a person brings from elsewhere is read, compared with what is known, and taken in."""
