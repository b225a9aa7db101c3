"""Which links a customer may be sent to."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def safe_link(url: str) -> str:
    """The address if a customer may be sent there: https, or this machine; else empty."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if any(char.isspace() or not char.isprintable() or char in "\"'<>\\" for char in url):
        return ""
    if not host or parts.username is not None:
        return ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return url if safe else ""
