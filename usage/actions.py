"""What usage writes to the audit log."""

from audit.actions import register

register("meter.created", "Meter created", "Created the meter {target}, counting {event_type} events")
register("meter.changed", "Meter changed", "Changed the meter {target}")
