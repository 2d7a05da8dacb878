"""The one exception that ends the launcher with a sentence instead of a traceback."""


class CannotStart(RuntimeError):
    """Something outside the program is in the way; the message says what, and what to do, to a person."""
