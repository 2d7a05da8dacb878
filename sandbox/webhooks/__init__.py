"""Events on their way to the endpoints."""
