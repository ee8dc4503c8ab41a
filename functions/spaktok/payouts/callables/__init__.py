"""Client calls of payouts."""
