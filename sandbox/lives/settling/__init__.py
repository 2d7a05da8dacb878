"""What a payment or a credit means for the invoice and its subscription."""
