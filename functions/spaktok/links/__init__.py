"""Links: what a link into the app opens, for whoever opens it. Owns no collection.

A link is an address and grants nothing: what it leads to is looked at again with the opener's eyes, and
what is not there for them is the same as what never was.
"""
