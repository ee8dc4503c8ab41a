"""What the providers' servers call, by provider."""
