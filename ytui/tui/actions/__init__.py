"""What keys do: found for the rows they mean, asked if need be, done in a thread, told, and undone."""
