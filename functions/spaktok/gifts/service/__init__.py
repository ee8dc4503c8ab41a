"""Use cases of gifts, a file each."""
