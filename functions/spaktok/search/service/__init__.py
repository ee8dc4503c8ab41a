"""Use cases of search: finding (`finding`), keeping the index (`indexing`), and engines."""
