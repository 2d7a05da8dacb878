"""Rate limits: who may ask how often. Counted in Redis where the cache is there, else in an UNLOGGED table."""
