"""Ownership: one library has one holder; taking it, handing it over, telling what happened meanwhile."""
