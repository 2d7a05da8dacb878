"""Sets of thousands as one parameter each: `filter(stripe_id__in=Texts(ids))`.

Of a list Django makes a parameter an element, each of which is then quoted in Python.
"""

import json
from collections.abc import Iterable

from django.db import models


class Texts(models.Func):
    template = "(SELECT json_array_elements_text(%(expressions)s::json))"
    output_field = models.TextField()

    def __init__(self, texts: Iterable[str]) -> None:
        super().__init__(models.Value(json.dumps(list(texts))))


class Numbers(models.Func):
    template = "(SELECT json_array_elements_text(%(expressions)s::json)::bigint)"
    output_field = models.BigIntegerField()

    def __init__(self, numbers: Iterable[int]) -> None:
        super().__init__(models.Value(json.dumps(list(numbers))))
