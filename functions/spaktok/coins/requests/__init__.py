"""What may be asked of coins, by who asks."""
