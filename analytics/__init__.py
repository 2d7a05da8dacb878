"""Numbers derived from facts.

Owns: metric policies, the movement ledger, exchange rates, and the figures read from them with their explanations.
Every table of it but the rates can be dropped and rebuilt from billing's append-only facts. May import: usage,
billing, audit. Way through it: `handlers (a fact was recorded: due) -> tasks -> ledger (facts -> known states ->
movements) -> queries -> api, admin` (docs/analytics.md).
"""
