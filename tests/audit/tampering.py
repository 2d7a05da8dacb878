"""Ways to tamper with a chain of entries, each with the first sequence that is wrong afterwards."""

import random
from collections.abc import Callable

import psycopg

Tampering = Callable[[psycopg.Connection, random.Random, int, int], int]

COLUMNS = {
    "action": "'invoice.paid'",
    "actor_kind": "'user'",
    "actor_id": "actor_id || '0'",
    "target_type": "'invoice '",
    "target_id": "'in_0'",
    "request_id": "'req_forged'",
    "source": "'web'",
    "created_at": "created_at + interval '1 microsecond'",
    "organization_id": "coalesce(organization_id, 0) + 1",
    "id": "id + 100000",
    "hash": "sha256(hash)",
    "content": "content || ' '",
}
"""A change of each column that is one, whatever stood there."""


def edit_column(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence, column = chance.randint(1, length), chance.choice(sorted(COLUMNS))
    db.execute(
        f"UPDATE audit_auditentry SET {column} = {COLUMNS[column]} WHERE chain = %s AND sequence = %s",
        [chain, sequence],
    )
    return sequence


def edit_a_value(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    """One digit of the content, and the hash of the entry made to fit: the next one does not any more."""
    sequence = chance.randint(1, length)
    db.execute(
        "UPDATE audit_auditentry SET content = regexp_replace(content, '\"amount_due\":[0-9]+', '\"amount_due\":0')"
        " WHERE chain = %s AND sequence = %s",
        [chain, sequence],
    )
    return sequence


def edit_and_hash_again(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence = chance.randint(2, length - 1)
    db.execute(
        "UPDATE audit_auditentry AS entry SET content = changed.content,"
        " hash = sha256(changed.before || convert_to(changed.content, 'UTF8'))"
        " FROM (SELECT regexp_replace(one.content, '\"amount_due\":[0-9]+', '\"amount_due\":0') AS content,"
        "  earlier.hash AS before"
        "  FROM audit_auditentry one JOIN audit_auditentry earlier"
        "  ON earlier.chain = one.chain AND earlier.sequence = one.sequence - 1"
        "  WHERE one.chain = %(chain)s AND one.sequence = %(sequence)s) AS changed"
        " WHERE entry.chain = %(chain)s AND entry.sequence = %(sequence)s",
        {"chain": chain, "sequence": sequence},
    )
    return sequence + 1


def delete_one(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence = chance.randint(1, length)
    db.execute("DELETE FROM audit_auditentry WHERE chain = %s AND sequence = %s", [chain, sequence])
    return sequence


def delete_and_close_the_gap(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence = chance.randint(1, length - 1)
    db.execute("DELETE FROM audit_auditentry WHERE chain = %s AND sequence = %s", [chain, sequence])
    for later in range(sequence + 1, length + 1):
        db.execute(
            "UPDATE audit_auditentry SET sequence = %s WHERE chain = %s AND sequence = %s", [later - 1, chain, later]
        )
    return sequence


def cut_the_tail(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence = chance.randint(1, length)
    db.execute("DELETE FROM audit_auditentry WHERE chain = %s AND sequence >= %s", [chain, sequence])
    return sequence


def swap_two(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    first, second = sorted(chance.sample(range(1, length + 1), 2))
    for old, new in ((first, -1), (second, first), (-1, second)):
        db.execute("UPDATE audit_auditentry SET sequence = %s WHERE chain = %s AND sequence = %s", [new, chain, old])
    return first


def insert_at_the_end(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    _copy(db, chain, chance.randint(1, length), length + 1)
    return length + 1


def insert_between(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence = chance.randint(1, length)
    for later in range(length, sequence - 1, -1):
        db.execute(
            "UPDATE audit_auditentry SET sequence = %s WHERE chain = %s AND sequence = %s", [later + 1, chain, later]
        )
    _copy(db, chain, sequence + 1, sequence)
    return sequence


def edit_a_detail(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence, column = chance.randint(1, length), chance.choice(["content = content || ' '", "key = sha256(key)"])
    db.execute(f"UPDATE audit_personaldetail SET {column} WHERE chain = %s AND sequence = %s", [chain, sequence])
    return sequence


def delete_a_detail(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence = chance.randint(1, length)
    db.execute("DELETE FROM audit_personaldetail WHERE chain = %s AND sequence = %s", [chain, sequence])
    return sequence


def set_the_head_back(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    sequence = chance.randint(1, length)
    db.execute("UPDATE audit_chainhead SET sequence = %s WHERE chain = %s", [sequence - 1, chain])
    return sequence


def remove_the_head(db: psycopg.Connection, chance: random.Random, chain: int, length: int) -> int:
    db.execute("DELETE FROM audit_chainhead WHERE chain = %s", [chain])
    return 1


def _copy(db: psycopg.Connection, chain: int, of: int, to: int) -> None:
    db.execute(
        "INSERT INTO audit_auditentry (id, chain, sequence, organization_id, action, actor_kind, actor_id, target_type,"
        " target_id, request_id, source, created_at, content, hash) SELECT id + 1000000, chain, %s, organization_id,"
        " action, actor_kind, actor_id, target_type, target_id, request_id, source, created_at, content, hash"
        " FROM audit_auditentry WHERE chain = %s AND sequence = %s",
        [to, chain, of],
    )


ALL: list[Tampering] = [
    edit_column, edit_column, edit_column, edit_a_value, edit_and_hash_again, delete_one, delete_and_close_the_gap,
    cut_the_tail, swap_two, insert_at_the_end, insert_between, edit_a_detail, delete_a_detail, set_the_head_back,
    remove_the_head,
]  # fmt: skip
