"""What an embedded installation keeps from its first start: passwords, keys, ports, and what has been done once."""

import base64
import secrets
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

from audit.roles import LOGIN_ROLES
from deploy.embedded import ports, private_json

DATABASE = "countinghouse"
_LETTERS = string.ascii_letters + string.digits


class Installation:
    """The content of `var/embedded.json` (mode 600). Every value is made when it is first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content = private_json.read(path)

    @property
    def passwords(self) -> dict[str, str]:
        """A database password for each role that logs in."""
        return dict(self._once("passwords", lambda: {role: secrets.token_urlsafe(24) for role in LOGIN_ROLES}))

    @property
    def secret_key(self) -> str:
        return str(self._once("secret_key", lambda: secrets.token_urlsafe(48)))

    @property
    def encryption_key(self) -> str:
        """32 random bytes in URL-safe base64."""
        return str(self._once("encryption_key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()))

    @property
    def audit_signing_key(self) -> str:
        """32 random bytes in base64: any are an Ed25519 key."""
        return str(self._once("audit_signing_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()))

    @property
    def stripe_secret_key(self) -> str:
        """The sandbox's; it looks like a test key of Stripe's."""
        return str(self._once("stripe_secret_key", lambda: f"sk_test_{_word(32)}"))

    @property
    def stripe_publishable_key(self) -> str:
        return str(self._once("stripe_publishable_key", lambda: f"pk_test_{_word(32)}"))

    def sandbox_port(self) -> int:
        """The sandbox's port, another one than last time where that is taken."""
        port = self._once("sandbox_port", ports.free_port)
        if not ports.is_free(port):
            port = self.remember("sandbox_port", ports.free_port())
        return int(port)

    def remember(self, name: str, value: Any) -> Any:
        """Keep a value (JSON) for later starts, and return it."""
        if self._content.get(name) != value:
            self._content[name] = value
            private_json.write(self._path, self._content)
        return value

    def recall(self, name: str) -> Any:
        """What was remembered, or None."""
        return self._content.get(name)

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        return self._content[name] if name in self._content else self.remember(name, make())


def _word(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
