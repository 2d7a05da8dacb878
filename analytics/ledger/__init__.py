"""From facts to movements, one subscription at a time.

`facts -> ordering (which state holds from which instant on) -> wanted movements -> difference to what is written`.
Both the states and the movements are append-only and bitemporal: `effective_at` is when it was so in the business,
`recorded_at` when the ledger learned of it. A correction adds rows that take the wrong ones back.
"""
