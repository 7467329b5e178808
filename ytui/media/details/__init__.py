"""What a site says of one video: metadata, statistics, transcript and comments."""
