"""The same server is named to Django, to psycopg and to the queue: a part that changes on the way is another server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from deploy.embedded.server_address import ServerAddress

PART = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(
    user=PART,
    password=st.one_of(st.just(""), PART),
    host=st.sampled_from(["127.0.0.1", "db.example.com", "/var/run/PostgreSQL", "::1"]),
    port=st.integers(1, 65_535),
    database=PART,
)
def test_libpq_reads_what_was_meant(user: str, password: str, host: str, port: int, database: str):
    address = ServerAddress(user, password, host, port, database)
    read = conninfo_to_dict(address.url())
    assert (read["user"], read["host"], read["port"], read["dbname"]) == (user, host, str(port), database)
    assert read.get("password", "") == password


@given(user=PART, password=PART, database=PART.filter(lambda name: not name.startswith("/")))
def test_it_comes_back(user: str, password: str, database: str):
    address = ServerAddress(user, password, "db", 5432, database)
    assert ServerAddress.from_url(address.url()) == address


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgres://a:b@db/ch", "db"),
        ("postgres://a:p%40ss@db:6432/ch", "db"),
        ("postgres://a:b@[::1]:6432/ch", "::1"),
        ("postgres://a:p%40ss@[::1]:6432/ch", "::1"),
        ("postgres://a@%2Fvar%2Frun%2FPostgreSQL/ch", "/var/run/PostgreSQL"),
    ],
)
def test_the_host_whatever_the_password(url: str, host: str):
    assert ServerAddress.from_url(url).host == host


def test_what_is_left_out_is_libpqs_default():
    address = ServerAddress.from_url("postgresql://db")
    assert address == ServerAddress("postgres", "", "db", 5432, "postgres")
    assert address.url() == "postgres://postgres@db:5432/postgres"


@pytest.mark.parametrize("value", ["-c search_path=x", "a+b", "100%", "ü", "a&b=c"])
def test_options_reach_libpq(value: str):
    address = ServerAddress("a", "b", "db", 5432, options=(("application_name", value), ("sslmode", "require")))
    read = conninfo_to_dict(address.url())
    assert (read["application_name"], read["sslmode"]) == (value, "require")
    assert ServerAddress.from_url(address.url()).options == address.options


@pytest.mark.parametrize("url", ["", "db", "mysql://db/x", "http://db", "postgres://", "postgres:///ch", "pgmq://db/x"])
def test_what_names_no_server_is_refused(url: str):
    with pytest.raises(ValueError, match="not a postgres://user:password@host:port/database URL"):
        ServerAddress.from_url(url)


def test_another_role_or_database_is_another_address():
    address = ServerAddress("postgres", "secret", "db", 5432, options=(("sslmode", "require"),))
    other = address.as_role("app_rw", "other").to_database("ch")
    assert other == ServerAddress("app_rw", "other", "db", 5432, "ch", (("sslmode", "require"),))
    assert address.user == "postgres"


def test_the_queue_has_a_scheme_of_its_own():
    assert ServerAddress("a", "b", "db", 1).url("pgmq") == "pgmq://a:b@db:1/postgres"
