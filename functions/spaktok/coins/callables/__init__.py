"""Client calls of coins, by what an instance has to load."""
