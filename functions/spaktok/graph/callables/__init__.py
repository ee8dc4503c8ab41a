"""Client calls of the graph."""
