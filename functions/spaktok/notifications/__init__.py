"""Notifications: what happened to a user, told once, in the way they want to hear it.

Owns `notifications/{id}` (the entries of all inboxes, read in real time by their owners) and
`users/{uid}/private/notifications` (what a user set). Features call `outgoing.announce`, `retract`
and `announce_many`, after their commit; what a type is like stands in `kinds.KINDS`. An entry's id
is derived from what it holds, and an entry is worked out anew from what happened, so nothing depends
on how often or in which order a task arrives. Whether the recipient may hear of it is decided when
it is told.
"""
