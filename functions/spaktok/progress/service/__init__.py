"""Use cases of progress: counting (`counting`), standing (`standing`), visits, and reading."""
