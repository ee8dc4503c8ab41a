"""Gifts: what may be given, giving it, taking it back, and who gave most.

The money is `wallet`'s: a gift is one entry of the ledger, with what is said here as its facts. Owns
`giftCatalogs/{version}` and `giftCatalogs/current`, `giftLeaderboards/{period_type}`,
`{target}/giftTallies/{bucket}` and `{target}/broadcast/current` (target: `liveStreams/{id}`,
`videos/{id}` or `users/{uid}`), and `users/{uid}/giftStats/summary`.

The seed's collections, and where they are: `gifts/{giftId}` is an entry of `giftCatalogs/current` (one
read for all of them); `giftTransactions`, `streamGifts` and `sentGifts` are the ledger's entries of
gifts; `giftCombos` are the running combos of the sender's wallet and of the broadcast. Gift ids are
the seed's slugs with hyphens (`thumbs-up`): an underscore joins ids.
"""
