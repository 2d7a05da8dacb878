"""Where a buyer comes back to from the page of the bank."""

from urllib.parse import urlencode, urlsplit

from sandbox.jsons import Json
from sandbox.protocol.errors import invalid


def page_after(intent: Json, return_url: str | None) -> str | None:
    """Notes the page that the buyer came from, with what Stripe adds to its address. Returns the URL as it was given;
    raises where it is no address."""
    if not return_url:
        return None
    try:
        parts = urlsplit(return_url)
    except ValueError:
        raise invalid(f"Not a valid URL: {return_url}", "return_url", "url_invalid") from None
    if not parts.scheme or not parts.netloc:
        raise invalid(f"Not a valid URL: {return_url}", "return_url", "url_invalid")
    kind = str(intent["object"])
    added = urlencode({kind: intent["id"], f"{kind}_client_secret": intent["client_secret"]})
    query = f"{parts.query}&{added}" if parts.query else added
    intent["_"]["page"] = parts._replace(query=query).geturl()
    return return_url
