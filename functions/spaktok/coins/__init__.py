"""Buying coins: the catalogue, purchases by Stripe and by the app stores, refunds and disputes.

Owns `coinPackages/{packageId}` (the seed's fields; the current version) with `versions/{n}` (immutable:
what a purchase was made at), `coinPurchases/{purchaseId}` (the seed's fields), `storeReports/{day}`,
`customers/{uid}` (`stripeId`, as the Stripe extension for Firebase names it; the rest of that
extension's collections is the client's own word about what it bought, which this backend takes from
nobody), and `paymentEvents/{provider-eventId}`.

Coins come into being in one way: a provider, asked by us, says that a payment of a purchase of ours
has succeeded, and the amount, the currency and the catalogue agree. A webhook, a client's
`confirmCoinPurchase` and the nightly pull are three ways of being told to ask; what any of them claims
is not believed. Of purchases in a store the store's own list is read every night
(`service.reconciling`), so that a refund that nobody told of is found. What is asked for is a state and
is merged (`model.merging`): in whatever order and however often we are told, the end is the same. Every
step is one ledger operation under a key of the provider's (`wallet`), so that each payment is credited,
refunded and disputed once.

Fees are those of the payment's own balance transaction, never estimated: what a lot of coins stands
for is what was received for it. The stores settle later: of what they say was paid, `model.valuing`
takes no more than will be received, by the rules in `stores.json`.
"""
