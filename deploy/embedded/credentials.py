"""`var/credentials.json`: how to get into the demo. It exists only while everything is usable."""

from pathlib import Path
from typing import Any

from deploy.embedded import private_json

PRODUCT_KEYS = ("staff", "staff_api_key", "api_key", "organization")


def write(path: Path, product: dict[str, Any], environment: dict[str, str], url: str) -> None:
    """Join what `seed_demo` made with where things are in this run; mode 600."""
    ours = {
        "url": url,
        "webhook_secret": environment["STRIPE_WEBHOOK_SECRET"],
        "stripe_api_base": environment["STRIPE_API_BASE"],
        "stripe_secret_key": environment["STRIPE_SECRET_KEY"],
        "database_url": environment["DIRECT_URL"],
    }
    private_json.write(path, {**product, **ours})
