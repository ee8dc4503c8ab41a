"""Tasks and schedules of coins, by what an instance has to load."""
