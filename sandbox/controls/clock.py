"""The account's clock."""

from sandbox.application import Account
from sandbox.controls.checks import checked, flag, whole
from sandbox.jsons import Json
from sandbox.protocol.errors import invalid
from sandbox.state import failures

LONGEST_ADVANCE = 100 * 366 * 86_400
_MOVE = {"now": whole(0), "advance": whole(0), "follow_wall": flag}


def read(account: Account, given: Json) -> Json:
    return {"now": account.clock.now, "following_wall": account.clock.following_wall}


def move(account: Account, given: Json) -> Json:
    """{"now": unix} or {"advance": seconds}: lives through to that moment; {"follow_wall": true|false}."""
    given, clock = checked(given, _MOVE), account.clock
    if given.get("follow_wall"):
        account.engine.follow_wall()
        account.delivery.wake()
        return read(account, given)
    target = clock.now + given["advance"] if "advance" in given else given.get("now", clock.now)
    if not clock.now <= target <= clock.now + LONGEST_ADVANCE:
        raise invalid("The clock only moves forward, by at most 100 years.", "now")
    with account.store.transaction():
        clock.fix(account.store, clock.now if clock.fixed is None else clock.fixed)
    with account.store.lock:
        known = failures.last(account.store)
    done = account.engine.live_through(target)
    account.delivery.wake()
    with account.store.lock:
        failed = failures.newest(account.store, known)
    return {**read(account, given), "works": done, "failed": failed}
