"""Client calls of videos."""
