"""Chaos: the money's real code on the Firestore emulator, under faults, against a model as oracle.

    make chaos                      10,000 gifts and what goes with them, 64 workers
    make chaos GIFTS=100000 SEED=7
    make chaos FLOW=payouts         withdrawals instead, a fifth of their outcomes unknown
    make chaos FLOW=payouts WITHOUT=provider
    make chaos WITHOUT=key          the negative control: it must fail, and says by how much

What happens is a plan from a seed (`plan`): purchases, gifts, refunds, withdrawals, each under a key,
some delivered twice. Workers (`engine`) carry it out and repeat each act until its outcome is known,
while RPCs fail, acknowledgements are lost and workers die; a queue (`queues`) loses tasks and delivers
others twice. Afterwards `oracle`, which shares no code with the ledger, plays what was acknowledged
through a model of its own, in the order that the ledger says, and compares every wallet. A long run is
one of many platforms; each has its seed, with which `GIFTS` of its size repeats it.

A feature adds its operations as a module with a `Flow` (see `flow`), registered in `run.FLOWS`.
"""
