"""The ledger's pure part: amounts and postings, the wallet, entries, and every decision about them.

Nothing here reads a clock or a database. A decision takes a wallet and facts and returns what the
wallet is afterwards, with the postings that made it so.
"""
