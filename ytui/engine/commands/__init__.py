"""Commands of a person, by key or on the command line, as rows in the store."""
