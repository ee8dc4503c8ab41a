"""Users: who they are, and what two of them are to each other.

Owns `users/{uid}` (the public card), `users/{uid}/private/account` (the owner's alone),
`usernames/{nameHash}` and `relations/{pair}`. A card holds only what every reader may see; a username
belongs to one user; one predicate, `relation.can_view`, answers for every surface.
"""
