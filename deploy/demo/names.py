"""Names of companies, put together from two lists."""

from itertools import product

FIRST = (
    "Alder", "Basalt", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel",
    "Lumen", "Meridian", "Nimbus", "Orchard", "Pinnacle", "Quartz", "Ridge", "Summit", "Tundra", "Umber", "Vertex",
    "Willow", "Zenith",
)  # fmt: skip
SECOND = ("Analytics", "Foods", "Freight", "Labs", "Media", "Robotics", "Studios", "Systems", "Textiles", "Works")

MOST = len(FIRST) * len(SECOND)


def company_names(count: int) -> list[str]:
    """`count` different names, mixed; at most MOST."""
    pairs = [f"{first} {second}" for first, second in product(FIRST, SECOND)]
    return [pairs[number * 37 % len(pairs)] for number in range(count)]
