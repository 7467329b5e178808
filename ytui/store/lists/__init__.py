"""Queries of the lists: pages, positions, counts, filters and orders."""
