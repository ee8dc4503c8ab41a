"""One module a vendor or heavy library: the only places that import their SDKs."""
