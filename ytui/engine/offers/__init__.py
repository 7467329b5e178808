"""Lower than offered: what is known of it, and fetching again what the site has better."""
