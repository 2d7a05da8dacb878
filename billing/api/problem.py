"""The exception behind every error answer. Apart from `problems`, which the REST framework's settings load."""

from http import HTTPStatus

from rest_framework.exceptions import APIException

from audit.context import current


class Problem(APIException):
    """An answer other than success. `code` is stable, `detail` says what to do about it; `members` are further
    members of the document, `headers` of the answer."""

    def __init__(
        self, code: str, detail: str, status: int = 400, *, headers: dict[str, str] | None = None, **members: object
    ) -> None:
        super().__init__(detail, code)
        self.code = code
        self.status_code = status
        self.headers = headers or {}
        self.members = members


def document(code: str, detail: str, status: int, instance: str, **members: object) -> dict[str, object]:
    """RFC 9457; `instance` is the path that was asked."""
    return {
        "type": f"urn:countinghouse:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": instance,
        "request_id": current().request_id,
        **members,
    }
