"""Use cases of videos, one module each."""
