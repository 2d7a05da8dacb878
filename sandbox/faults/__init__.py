"""What a network and a busy Stripe do to a client, on demand."""
