"""The start, the turns, the changes and the end of a subscription."""
