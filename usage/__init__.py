"""What an organization consumed, and what it may consume.

Owns: meters, usage events, their hourly rollup, the billed quantity of a period, quotas.
May import: billing, audit. Way through it: `api -> ingest -> store` (events and rollup in one statement), then
`aggregate -> quotas -> queries, enforcement` (docs/usage.md).
"""
