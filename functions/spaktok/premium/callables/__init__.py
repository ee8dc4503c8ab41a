"""Client calls of premium."""
