"""Client calls of gifts, by what an instance loads for them."""
