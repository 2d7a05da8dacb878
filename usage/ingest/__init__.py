"""From the bytes that were sent to stored events."""
