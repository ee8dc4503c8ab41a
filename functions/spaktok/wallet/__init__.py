"""The wallet: a double-entry ledger of coins and earnings, one operation at a time.

Every change is an entry: append-only, balanced in each unit, chained by hashes, and itself the record
that its key was used. A wallet is one document that one transaction reads and writes with the entry.

What other features call (each is one transaction, once a key, and returns the `Entry`; a repeat
returns the same entry and writes nothing):

    wallet.service.spending     spend(uid, key, Order(coins, receiver_id, facts=…, links=…), adapt=…)
    wallet.service.crediting    credit_purchase(uid, key, Sale(…)), grant_promo(uid, key, coins,
                                source, expires_at=…), check_room(wallet), lot_id_of(uid, key)
    wallet.service.refunds      refund_purchase(uid, key, lot_id, total_minor)
                                hold_dispute(uid, dispute, lot_id, minor, fee_micro=…)
                                resolve_dispute(uid, dispute, lot_id, won=…)
                                owe_refund(uid, refund, lot_id, minor), reverse_refund(uid, key, lot_id)
    wallet.service.reversals    reverse_gift(uid, gift entry id, why), reversals_of(undo)
    wallet.service.income       committed(entry): after each gift's commit and for each reversal;
                                roll_up(Slot(receiver, window, part), share_at), called by the job
                                `rollUpGifts` {receiver, window, part, runAt, named?} of `gifts`
    wallet.service.withdrawals  reserve(uid, withdrawal, micro), release(uid, withdrawal),
                                settle(uid, withdrawal, account, fee_micro=…),
                                returned(uid, withdrawal, account, micro, fee_micro=…)
    wallet.service.approvals    propose(actor, key, action, payload, reason); in a transaction
                                read(tx, …), stage(tx, …); reject(…)
    wallet.service.auditing     everything(settled=…) → violations, for tests
    wallet.service.proving      roll_ups(found, due_at), unshared(since, until), for the daily look of
                                `gifts`, which knows the shares
    wallet.service.reading      load(uid) → Wallet, entry(entry_id), entries_of(uid)

`beside=` of each takes what belongs into the same transaction: a function that reads with the given
transaction (and may refuse) and returns another, which stages writes, given the entry and the
decision. It may run several times. Everything money-like is an integer: coins, or micro-USD.

Owns `users/{uid}/wallet/summary`, `users/{uid}/lots/{lotId}`, `users/{uid}/income/{rollUpId}`,
`approvals/{proposalId}` and `transactions/{entryId}`, the ledger of every kind of entry. The seed's
`giftTransactions` are the entries of kind `gift`.

Accounts (`model.amounts.Account`) of users are a balance on the wallet; those of the platform and of
providers are sums over entries. Coins are consumed in a fixed order, promotional lots first
(`model.wallet`); net receipts are shared when they are rolled up (`model.income`); earnings are
available after 14 days (`policy.json`).
"""
