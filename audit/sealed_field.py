"""A column whose text is sealed (audit.sealing), and the column by which it is found.

    card_last_four = SealedTextField(bound_to="stripe_id", blank=True, default="")
    card_last_four_index = BlindIndexField(of="card_last_four")

Instances have the plain text; the database has never seen it. The place that a text is bound to is its table, its
column and the row's `bound_to`: a key that is known before the row is inserted, and stays (a number from a sequence
is not). An empty text is stored as it is.

Texts are opened on instances alone. What knows of no row takes and gives sealed texts: `values()` answers Sealed,
and `filter()`, `update()` and `bulk_update()` refuse a plain text with PlainText. Look for it by its blind index:
`filter(card_last_four_index__finds="4242")`.
"""

from typing import Any

import structlog
from django.db import models
from django.db.models.lookups import In
from django.db.models.query_utils import DeferredAttribute

from audit.sealing import CannotUnseal, blind_index, blind_indexes, seal, unseal

UNREADABLE = "unreadable"

logger = structlog.get_logger(__name__)


class PlainText(TypeError):
    """A plain text was about to be sent to a sealed column."""


class Sealed(str):
    """As it lies in the database."""

    __slots__ = ()


class Unreadable(str):
    """Shown where a text cannot be opened. It keeps what was stored, so that saving the row does not destroy it."""

    __slots__ = ("stored",)
    stored: Sealed

    def __new__(cls, stored: Sealed) -> "Unreadable":
        shown = super().__new__(cls, UNREADABLE)
        shown.stored = stored
        return shown


class _Opening(DeferredAttribute):
    """Opens what was loaded when somebody asks for it."""

    field: "SealedTextField"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, owner)
        return self.field.opened(instance, value) if isinstance(value, Sealed) else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.TextField):
    """Text that only the holder of an ENCRYPTION_KEY reads, and only in its own row and column."""

    descriptor_class = _Opening

    def __init__(self, *args: Any, bound_to: str, **options: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "bound_to": self.bound_to}

    def place(self, instance: models.Model) -> str:
        return place_of(self.model._meta.db_table, self.attname, getattr(instance, self.bound_to))

    def opened(self, instance: models.Model, sealed: Sealed) -> str:
        """The plain text, or UNREADABLE: a page shows that, and does not fail."""
        try:
            return unseal(sealed, place=self.place(instance))
        except CannotUnseal as error:
            logger.warning("sealed_text_unreadable", place=self.place(instance), why=str(error))
            return Unreadable(sealed)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """What was not touched stays as it was sealed."""
        value = model_instance.__dict__.get(self.attname, "")
        if not value or isinstance(value, Sealed):
            return value
        if isinstance(value, Unreadable):
            return value.stored
        return Sealed(seal(value, place=self.place(model_instance)))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return Sealed(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, Sealed):
            raise PlainText(f"{self.name} holds sealed text: save instances, and look for it by its blind index.")
        return None if value is None else str(value)


class BlindIndexField(models.CharField):
    """Finds the rows whose sealed column `of` holds a text, without telling the text."""

    def __init__(self, *args: Any, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(*args, **{"max_length": 32, "blank": True, "default": "", "editable": False, **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """It stays with a sealed text that stays, and so always is of the same key."""
        value = model_instance.__dict__.get(self.of, "")
        if not isinstance(value, Sealed | Unreadable):
            setattr(model_instance, self.attname, blind_index(value, purpose=self.purpose) if value else "")
        return getattr(model_instance, self.attname)

    @property
    def purpose(self) -> str:
        return purpose_of(self.model._meta.db_table, self.of)


@BlindIndexField.register_lookup
class Finds(In):
    """Looks under each configured key: rows that are not sealed again yet have the index of an older one."""

    lookup_name = "finds"

    def __init__(self, lhs: Any, rhs: str) -> None:
        super().__init__(lhs, blind_indexes(rhs, purpose=lhs.output_field.purpose))


def place_of(table: str, column: str, key: object) -> str:
    return f"{table}.{column}:{key}"


def purpose_of(table: str, column: str) -> str:
    """Of a blind index: each column has its own, so that nothing is told by comparing two."""
    return f"{table}.{column}"
