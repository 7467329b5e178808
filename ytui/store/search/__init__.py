"""Full text: what is typed into a search, the index behind it, and where in a text the words are."""
