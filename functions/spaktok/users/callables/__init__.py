"""Client calls of users."""
