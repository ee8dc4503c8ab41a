"""Use cases of age and safety."""
