"""The feed: what the accounts one follows have published, in packed pages.

Owns `users/{uid}/feed/{inbox, outbox, mask}`. The inbox holds the cards that arrived, the outbox the
author's own latest (what a new follower is given), the mask whom and what the user must not see.
A page is two reads however many cards it has; cards hold no media URL and no total.
"""
