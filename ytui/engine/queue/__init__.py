"""The queue: what may run next, what waits and why, and what a new holder puts right first."""
