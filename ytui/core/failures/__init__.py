"""Failures: from what is known of a failed attempt to its class, its advice and plain words."""
