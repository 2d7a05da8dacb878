"""Production without anchors could be given another history; a wrong key shows when the first anchor fails."""

import pytest

from audit.checks import check_anchors, check_anchors_are_made
from tests.audit.signing_key import PRIVATE


def ids(messages):
    found = list(messages)
    assert all(message.hint for message in found)
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("key", "url", "usable", "made"),
    [
        ("", "", [], ["audit.W002"]),
        (PRIVATE, "", [], ["audit.W002"]),
        ("", "s3://bucket/prefix", [], ["audit.W002"]),
        (PRIVATE, "s3://bucket/prefix", [], []),
        (PRIVATE, "/srv/anchors", [], []),
        ("c2hvcnQ=", "/srv/anchors", ["audit.E007"], []),
        (PRIVATE, "ftp://host", ["audit.E007"], []),
    ],
)
def test_what_is_missing_or_wrong(settings, key: str, url: str, usable: list, made: list):
    settings.AUDIT_SIGNING_KEY, settings.AUDIT_ANCHOR_URL = key, url
    assert ids(check_anchors()) == usable
    assert ids(check_anchors_are_made()) == made
