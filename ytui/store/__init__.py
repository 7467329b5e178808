"""Job state and the work plan in SQLite; the only code that imports sqlite_utils."""
