"""The database engine (`ENGINE`): PostgreSQL, counted by Prometheus, that writes the log last in each transaction."""
