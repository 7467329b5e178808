"""What the pages about a single item say, part by part."""
