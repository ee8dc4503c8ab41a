"""The feed: what the accounts one follows have published, and what is ranked for one from everywhere.

Owns `users/{uid}/feed/{inbox, outbox, mask, slate, seen, tuning}`, `users/{uid}/feedRecords` and
`feedPools`. The inbox holds the cards that arrived, the outbox the author's own latest (what a new
follower is given, and where the followers of the famous look), the mask whom and what the user must not
see. A session's slate holds its cards in their order: a page is two reads in one RPC however many cards
it has, nothing comes twice, and nothing is skipped while scores change; its cursor carries what it
showed to the next session. Cards hold no media URL and no total. What is not for the viewer is shown
from no copy, from the commit on that says so; every ranking can be replayed from its record, and every
card says why it was shown.
"""
