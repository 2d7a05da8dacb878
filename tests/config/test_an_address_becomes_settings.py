"""One URL names a server; taking another kind of database would lose row-level security without a word."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "psql", "pgsql"])
def test_a_database(scheme: str):
    settings = env.database(f"{scheme}://app_rw:secret@db.example.com:6432/countinghouse", "DATABASE_URL")
    assert settings["ENGINE"] == "audit.database", "it writes the log, and counts queries"
    assert (settings["NAME"], settings["USER"], settings["PASSWORD"]) == ("countinghouse", "app_rw", "secret")
    assert (settings["HOST"], settings["PORT"]) == ("db.example.com", 6432)


@pytest.mark.parametrize(
    ("written", "password"),
    [("p%40ss", "p@ss"), ("a%2Fb", "a/b"), ("c%3Ad", "c:d"), ("%25", "%"), ("%C3%BC", "ü"), ("a%23b%3Fc", "a#b?c")],
)
def test_a_password_is_unescaped(written: str, password: str):
    assert env.database(f"postgres://app_rw:{written}@db/ch", "DATABASE_URL")["PASSWORD"] == password


def test_options_reach_the_driver():
    settings = env.database("postgres://a:b@db/ch?sslmode=verify-full&connect_timeout=5", "DATABASE_URL")
    assert settings["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": 5}


@pytest.mark.parametrize("name", ["DATABASE_URL", "DIRECT_URL"])
@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///db.sqlite3",
        "sqlite://:memory:",
        "mysql://root@db/ch",
        "postgis://a:b@db/ch",
        "oracle://a:b@db/ch",
        "cockroachdb://a:b@db/ch",
    ],
)
def test_any_other_kind_stops_the_start(url: str, name: str):
    with pytest.raises(ImproperlyConfigured) as refused:
        env.database(url, name)
    expected = f"{name} must be a postgres:// URL; PostgreSQL 15 or newer is the only database."
    assert str(refused.value) == expected


@pytest.mark.parametrize("url", ["not a url", "db.example.com/countinghouse", "http://db/ch", "://"])
def test_what_is_no_address_of_a_database_stops_the_start_by_its_name(url: str):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must be a postgres:// URL"):
        env.database(url, "DATABASE_URL")


@pytest.mark.parametrize(
    ("url", "backend", "location"),
    [
        ("dbcache://cache", "django.core.cache.backends.db.DatabaseCache", "cache"),
        ("redis://redis:6379/1", "django.core.cache.backends.redis.RedisCache", "redis://redis:6379/1"),
        ("rediscache://redis:6379/1", "django.core.cache.backends.redis.RedisCache", "redis://redis:6379/1"),
        ("rediss://redis:6379/1", "django.core.cache.backends.redis.RedisCache", "rediss://redis:6379/1"),
        ("locmemcache://", "django.core.cache.backends.locmem.LocMemCache", ""),
    ],
)
def test_a_cache(url: str, backend: str, location: str):
    settings = env.cache(url)
    assert settings["BACKEND"] == backend, "Django's own backend: no other package is installed"
    assert settings["LOCATION"] == location


def test_a_caches_password_stays_with_its_server():
    assert env.cache("redis://:secret@redis:6379/1")["LOCATION"] == "redis://:secret@redis:6379/1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp+tls://user:pass@mail.example.com:587",
            {"EMAIL_HOST": "mail.example.com", "EMAIL_PORT": 587, "EMAIL_USE_TLS": True},
        ),
        (
            "smtp+ssl://user:pass@mail.example.com:465",
            {"EMAIL_HOST": "mail.example.com", "EMAIL_PORT": 465, "EMAIL_USE_SSL": True},
        ),
        ("consolemail://", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        ("memorymail://", {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}),
        (
            "filemail:////var/mail",
            {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": "/var/mail"},
        ),
    ],
)
def test_a_mail_server(url: str, expected: dict):
    assert expected.items() <= env.email(url).items()


def test_a_mail_servers_account_is_unescaped():
    settings = env.email("smtp+tls://billing%40example.com:p%40ss@mail.example.com:587")
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("billing@example.com", "p@ss")
