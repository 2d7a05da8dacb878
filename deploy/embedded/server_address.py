"""Where a role connects: parts of a PostgreSQL address, and its spellings."""

from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit


def _host(parts: SplitResult) -> str:
    """As it was written: `hostname` makes the escapes of a socket's folder, and so the folder, small letters."""
    written = parts.netloc.rpartition("@")[2]
    return unquote(written.partition(":")[0]) if "%" in written else str(parts.hostname)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """`host` may be a socket's folder. `options` are libpq's, such as sslmode."""

    user: str
    password: str
    host: str
    port: int
    database: str = "postgres"
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_url(cls, url: str) -> "ServerAddress":
        """Read a postgres:// URL. Raises ValueError where it names no host."""
        parts = urlsplit(url)
        if parts.scheme not in {"postgres", "postgresql"} or not parts.hostname:
            raise ValueError("not a postgres://user:password@host:port/database URL")
        return cls(
            user=unquote(parts.username or "postgres"),
            password=unquote(parts.password or ""),
            host=_host(parts),
            port=parts.port or 5432,
            database=unquote(parts.path.lstrip("/")) or "postgres",
            options=tuple(parse_qsl(parts.query)),
        )

    def as_role(self, user: str, password: str) -> "ServerAddress":
        return replace(self, user=user, password=password)

    def to_database(self, database: str) -> "ServerAddress":
        return replace(self, database=database)

    def url(self, scheme: str = "postgres") -> str:
        """The address as a URL, every part escaped."""
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        account = f"{quote(self.user, safe='')}{secret}"
        place = f"{quote(self.host, safe='')}:{self.port}/{quote(self.database, safe='')}"
        query = f"?{urlencode(self.options, quote_via=quote)}" if self.options else ""
        return f"{scheme}://{account}@{place}{query}"
