"""What was used, and what a customer is entitled to."""
