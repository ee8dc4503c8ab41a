"""The life of an account: its sessions, going away and returning, taking one's data, leaving for good.

Owns `users/{uid}/sessions/{sessionId}`, `exports/{uid}` with `files/{name}`, the objects
`exports/{uid}/{exportId}/{name}`, and `erasures/{erasureId}` with `things/{thingId}`. Stands above
every feature, because it ends what they have begun; what lies where it learns from the inventory.

Going away is reversible: the card and the videos are hidden in the call itself, comments and the
cards in others' feeds by a task within seconds. Erasing is final: the account is closed in the call,
its data goes by a task that may die anywhere and go on, and once no token of it can be valid any
more everything is looked through again, the link to the person last.
"""
