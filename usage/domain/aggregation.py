"""How a meter makes one number of many events."""

from enum import StrEnum


class Aggregation(StrEnum):
    """Those that rollup and reads compute exactly. Each further one comes with its column in UsageBucket."""

    SUM = "sum"
