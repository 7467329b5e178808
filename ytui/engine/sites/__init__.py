"""A good guest: budgets of requests, sites that close and reopen, and the line they are reached by."""
