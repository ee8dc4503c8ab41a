"""Use cases of the wallet; see the package for the list."""
