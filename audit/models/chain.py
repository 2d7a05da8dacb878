from django.contrib.postgres.fields import ArrayField
from django.db import models


class ChainHead(models.Model):
    """The end of a chain, locked by whoever appends.

    `peaks` hold the roots of the complete trees that the entries' hashes form (RFC 9162), by level: that of level n
    counts where bit n of `sequence` is set, the others are left from before.
    """

    tenant_column = "chain"
    tenant_read_only = True

    chain = models.BigIntegerField(primary_key=True)
    sequence = models.BigIntegerField()
    hash = models.BinaryField()
    peaks = ArrayField(models.BinaryField())

    class Meta:
        verbose_name = "chain"

    def __str__(self) -> str:
        return f"chain {self.chain}, {self.sequence} entries"


class ChainNode(models.Model):
    """The root of a complete tree of 2^level entries, the `position`-th of its level; kept from level 8 on, which
    makes proofs cheap."""

    tenant_column = "chain"
    tenant_read_only = True

    pk = models.CompositePrimaryKey("chain", "level", "position")
    chain = models.BigIntegerField()
    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = "chain node"

    def __str__(self) -> str:
        return f"{self.chain}/{self.level}/{self.position}"
