"""Broadcasts, recorded while they are live."""
