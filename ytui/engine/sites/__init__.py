"""Sites: request budgets, circuit breakers, and the connection they are reached by."""
