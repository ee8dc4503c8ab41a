"""What tests share: people, a clock, a queue."""
