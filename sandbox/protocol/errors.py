"""Stripe's error shape: `{"error": {"type", "code", "param", "decline_code", "message", ...}}`."""

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """An answer with an error body. `keeps_effects` commits what happened before it, as a decline does."""

    def __init__(self, status: int, kind: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_effects = bool(fields.pop("keeps_effects", False))
        self.headers: dict[str, str] = fields.pop("headers", {})
        self.kind = kind
        self.message = message
        self.fields = {key: value for key, value in fields.items() if value is not None}

    @property
    def is_validation(self) -> bool:
        return self.status in (401, 403, 429) or (self.status in (400, 404, 409) and not self.keeps_effects)

    def body(self, request_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.kind, **self.fields}
        if "code" in error:
            error["doc_url"] = DOCS + str(error["code"]).replace("_", "-")
        error["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": error}


def invalid(message: str, param: str | None = None, code: str | None = None, status: int = 400) -> StripeError:
    return StripeError(status, "invalid_request_error", message, param=param, code=code)


def missing(noun: str, object_id: str, param: str = "id") -> StripeError:
    """404 where the path names the object, 400 where a parameter does, as Stripe does."""
    status = 404 if param == "id" else 400
    return invalid(f"No such {noun}: '{object_id}'", param, "resource_missing", status)


def unknown_parameter(path: str) -> StripeError:
    return invalid(f"Received unknown parameter: {path}", path, "parameter_unknown")


def empty_parameter(path: str) -> StripeError:
    return invalid(
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however"
        f" '{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value.",
        path,
        "parameter_invalid_empty",
    )


def missing_parameter(path: str) -> StripeError:
    return invalid(f"Missing required param: {path}.", path, "parameter_missing")


def unauthorized(message: str) -> StripeError:
    return StripeError(401, "invalid_request_error", message, headers={"WWW-Authenticate": 'Basic realm="Stripe"'})


def declined(code: str, decline_code: str | None, message: str, **fields: Any) -> StripeError:
    return StripeError(402, "card_error", message, code=code, decline_code=decline_code, **fields)
