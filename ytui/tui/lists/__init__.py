"""Large lists: what their rows say, how they are read in pages, filtered and marked."""
