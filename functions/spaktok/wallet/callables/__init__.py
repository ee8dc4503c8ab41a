"""Client calls of the wallet: one's own, and the staff's."""
