"""Names of customers, from neutral words: no name of a person, addresses at example.com only."""

from random import Random

_FIRST = (
    "Amber Birch Cedar Cobalt Copper Coral Crimson Delta Eastern Ember Fern Flint Garnet Granite Harvest Hazel"
    " Indigo Ivory Jade Juniper Lantern Linden Maple Meadow Northern Ochre Olive Onyx Orchard Pearl Pine Prairie"
    " Quartz Quiet Raven Ripple River Rowan Saffron Sage Scarlet Silver Slate Southern Stone Summit Teal Thistle"
    " Tidal Timber Umber Velvet Violet Walnut Western Willow Winter Yarrow"
).split()
_SECOND = (
    "Anchor Arch Atlas Bakery Basin Bay Bridge Brook Canyon Cellar Coast Compass Corner Cove Creek Dairy Dock Dune"
    " Falls Field Forge Foundry Gallery Garden Gate Glen Grove Harbor Haven Hill Island Kiln Lagoon Lake Landing"
    " Ledge Library Lighthouse Loom Market Mill Orchard Outpost Pantry Pier Point Port Press Quarry Reef Ridge"
    " Station Studio Terrace Trail Valley Wharf Workshop Yard"
).split()
_FORMS = {"usd": ("Inc", "LLC", "Co"), "eur": ("GmbH", "SARL", "BV"), "jpy": ("KK", "GK")}


def company(chance: Random, index: int, currency: str) -> tuple[str, str]:
    """(name, e-mail); the number makes each address one of its own."""
    first, second = chance.choice(_FIRST), chance.choice(_SECOND)
    name = f"{first} {second} {chance.choice(_FORMS[currency])}"
    return name, f"{first}.{second}.{index}@example.com".lower()
