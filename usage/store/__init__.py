"""Where usage is kept: the only code that writes usage's tables, and the only one that reads raw events in bulk."""
