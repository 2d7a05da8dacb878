from django.db import models


class PersonalDetail(models.Model):
    """What of an entry may be erased: its reason, the address, values of personal fields. The entry holds the
    HMAC-SHA256 of `content` under `key`; a row that is missing without an entry that says so is found."""

    tenant_column = "chain"
    tenant_read_only = True

    pk = models.CompositePrimaryKey("chain", "sequence")
    chain = models.BigIntegerField()
    sequence = models.BigIntegerField()
    key = models.BinaryField()
    content = models.TextField()

    class Meta:
        verbose_name = "personal detail"

    def __str__(self) -> str:
        return f"details of {self.chain}/{self.sequence}"
