"""The features that take part."""
