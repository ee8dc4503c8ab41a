"""Use cases of trends, one module each."""
