"""What is said over the wire: HTTP, forms, parameters, errors, keys."""
