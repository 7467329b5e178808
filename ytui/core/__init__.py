"""The pure heart of ytui: models, states, failures, retry, progress, eligibility. Standard library only."""
