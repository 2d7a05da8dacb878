"""What happens over time: cycles, collection, proration, endings."""
