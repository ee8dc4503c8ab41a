"""The social graph: who follows, befriends, lists, mutes and blocks whom, and who may see that.

Owns `followers/{follower_following}`, `followRequests/{requester_target}`,
`friendRequests/{sender_receiver}` and, of a user's own, `blockedUsers`, `mutedUsers` and
`closeFriends`; changes `relations/{pair}`, the packed followers (`users.shards`) and whether an
account is private. A relation is the truth that every surface asks; edges, requests and lists repeat
it to be listed and counted. All changes of one pair meet in its relation's document, so they happen
one after the other, and whatever order races end in is one that could have been asked for.
"""
