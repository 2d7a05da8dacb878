"""Numbers derived from facts; every table of it can be dropped and rebuilt."""
