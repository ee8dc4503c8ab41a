"""Upkeep: the roll-ups and sweepers that keep what others own true. Owns no collection."""
