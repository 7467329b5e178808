"""Why a store cannot be used."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be used; the message is one sentence that says what to do."""


class StoreTooNew(StoreError):
    """The database was written by a newer ytui; a command ends with exit code 2."""
