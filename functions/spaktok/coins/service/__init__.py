"""Use cases of buying coins, a file each."""
