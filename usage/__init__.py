"""What an organization consumed, and what it may consume."""
