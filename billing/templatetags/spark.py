"""A row of small columns beside a number: the shape of the last hour. The number is the text."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, GAP, HEIGHT = 3, 1, 24


def columns_part(counts: Sequence[int]) -> SafeString:
    """One column for each count, the highest as tall as the drawing; what is more than nothing can be seen."""
    highest = max([*counts, 1])
    columns = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"/>',
        (
            (number * (WIDTH + GAP), HEIGHT - height, WIDTH, height)
            for number, count in enumerate(counts)
            if (height := _height(count, highest))
        ),
    )
    width = len(counts) * (WIDTH + GAP)
    return format_html(
        '<svg class="ch-spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">{}</svg>',
        width,
        HEIGHT,
        width,
        HEIGHT,
        columns,
    )


def _height(count: int, highest: int) -> int:
    return max(round(HEIGHT * count / highest), 2) if count else 0
