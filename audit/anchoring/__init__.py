"""Signed heads of the chains, written to where this database does not reach: what shows that all was written anew."""
