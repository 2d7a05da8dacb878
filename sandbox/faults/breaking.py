"""What a fault does to a request: before its work, instead of it, or to its answer."""

import time

from sandbox.faults.fault import Fault
from sandbox.faults.fault_errors import error_of
from sandbox.protocol.wire import Response

_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def before(fault: Fault | None) -> Response | None:
    """What the fault does in place of the work: an error, the end of the connection; or a wait before it."""
    if fault is None:
        return None
    if fault.kind in ("slow", "timeout"):
        time.sleep(fault.seconds)
    if fault.after or fault.kind == "slow":
        return None
    if fault.kind in ("error_429", "lock_timeout", "error_500", "error_503"):
        raise error_of(fault)
    return broken(fault, Response(200))


def broken(fault: Fault, answer: Response) -> Response:
    """What is left of an answer under this fault."""
    if fault.kind in ("timeout", "drop_response"):
        return Response(answer.status, break_connection="close")
    if fault.kind == "reset":
        return Response(answer.status, break_connection="reset")
    if fault.kind == "html":
        return Response(502, _PAGE, content_type="text/html")
    if fault.kind == "truncated":
        return truncated(answer, fault.length)
    if fault.kind == "error_503" or (fault.kind == "error_500" and answer.status != 500):
        raise error_of(fault)
    return answer


def truncated(answer: Response, length: str) -> Response:
    """Half of the body: announced as such (`right`), or with the length of the whole, so that the end is missed."""
    half = len(answer.body) // 2
    if length == "right":
        answer.body = answer.body[:half]
    else:
        answer.cut_at = half
    return answer
