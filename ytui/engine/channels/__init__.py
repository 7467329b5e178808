"""Channels: what is subscribed to, what of it is wanted, what that would cost, and when to ask again."""
