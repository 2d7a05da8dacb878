"""Usage over HTTP: events in, sums out. Each view makes one call to a service or a query."""
