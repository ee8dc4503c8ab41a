"""Values and pure rules of payouts."""
