"""Use cases of premium. What `gifts` asks is `shares.of`."""
