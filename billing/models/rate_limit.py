"""How often somebody asked lately: rate limits where there is no Redis."""

from django.db import models


class RateLimitCount(models.Model):
    """One counter of a limit: its running window and the one before. The table is UNLOGGED: a crash of the database
    forgets the counts and nothing else, and counting writes no log. Rows are of no use after `forget_at`, the end of
    the window that follows."""

    key = models.CharField(max_length=160, primary_key=True)
    window_start = models.DateTimeField()
    forget_at = models.DateTimeField()
    current = models.PositiveIntegerField()
    previous = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.current}"
