"""The pages about one's own account: signing in, second factors, sessions, and confirming that it is oneself."""
