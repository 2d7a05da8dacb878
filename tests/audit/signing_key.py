"""A key pair of the tests' own."""

from audit.anchoring import signing

PRIVATE, PUBLIC = signing.new_key()
OTHER_PRIVATE, OTHER_PUBLIC = signing.new_key()
