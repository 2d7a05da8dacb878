"""Metric policies: named, versioned, never changed once a figure was published under them.

A change of rules is a new version beside the old one, and `rebuild_analytics` fills its ledger.
"""

from dataclasses import asdict, dataclass, field

from analytics.metrics.switches import Switches


class UnknownPolicy(LookupError):
    """No policy has this name. `code` is stable."""

    code = "unknown_policy"


@dataclass(frozen=True, slots=True)
class MetricPolicy:
    """`key`, e.g. "stripe/v1", marks every movement and every figure."""

    name: str
    version: int
    switches: Switches = field(default_factory=Switches)

    @property
    def key(self) -> str:
        return f"{self.name}/v{self.version}"

    def as_json(self) -> dict[str, object]:
        switches = {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in asdict(self.switches).items()
        }
        return {"key": self.key, "name": self.name, "version": self.version, "switches": switches}


# As Stripe's own dashboard counts: active and past due, forever coupons off, tax and usage out
STRIPE_V1 = MetricPolicy("stripe", 1)
POLICIES = (STRIPE_V1,)


def policy_named(name: str) -> MetricPolicy:
    """By key ("stripe/v1"), or the newest version by name ("stripe"). Raises UnknownPolicy."""
    fitting = [policy for policy in POLICIES if name in (policy.key, policy.name)]
    if not fitting:
        known = ", ".join(policy.key for policy in POLICIES)
        raise UnknownPolicy(f"There is no metric policy {name!r}. Known: {known}.")
    return max(fitting, key=lambda policy: policy.version)
