"""Somebody asks for a page."""

from starlette.requests import Request

NONCE = "n0nce"


def asking(language: str) -> Request:
    """For the page at `/here`, in a language."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/here",
        "headers": [],
        "scheme": "http",
        "query_string": f"lang={language}".encode(),
        "state": {"nonce": NONCE},
        "server": ("portal.test", 80),
    }
    return Request(scope)
