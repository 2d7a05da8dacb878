"""What the person who starts us has set: each embedded part yields to its variable."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import dotenv
from deploy.embedded.failure import CannotStart
from deploy.embedded.home import REPOSITORY


@dataclass(frozen=True, slots=True)
class Given:
    """The environment, completed by the repository's `.env` where there is one."""

    variables: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> "Given":
        return cls({**dotenv.read(REPOSITORY / ".env"), **os.environ})

    def value(self, name: str) -> str:
        """The variable, or the content of the file that NAME_FILE names, or nothing. Raises CannotStart."""
        path = self.variables.get(f"{name}_FILE")
        if not path:
            return self.variables.get(name, "")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise CannotStart(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
        except UnicodeDecodeError:
            raise CannotStart(f"{name}_FILE: cannot read {path}: it is not text in UTF-8") from None

    def has(self, name: str) -> bool:
        return bool(self.variables.get(name) or self.variables.get(f"{name}_FILE"))

    @property
    def own_database(self) -> bool:
        return self.has("DATABASE_URL")

    @property
    def own_broker(self) -> bool:
        return self.has("CELERY_BROKER_URL")

    @property
    def own_stripe(self) -> bool:
        return self.has("STRIPE_SECRET_KEY")
