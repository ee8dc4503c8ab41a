"""Use cases of views, one module each."""
