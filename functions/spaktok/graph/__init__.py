"""The social graph: following and blocking.

Owns `followers/{follower_following}` and `users/{uid}/blockedUsers/{blocked}`; changes
`relations/{pair}` and the packed followers (`users.shards`). A relation is the truth that every
surface asks; edges list and count it. All changes of one pair meet in its relation's document, so
they happen one after the other.
"""
