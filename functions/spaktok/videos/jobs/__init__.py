"""Work of videos that no client waits for."""
