"""Whether a request comes from Twilio: its X-Twilio-Signature, proved in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

HEADER = "X-Twilio-Signature"
Fields = Mapping[str, Iterable[str]]
"""The form's fields by name, each with all of its values."""


def is_genuine(url: str, fields: Fields, signature: str, token: str) -> bool:
    """Whether `signature` was made with the account's auth token for this very request.

    `url` is the address as Twilio was given it, with its query. An empty token proves nothing.
    Source: twilio.com/docs/usage/security ("Validating requests").
    """
    if not token:
        return False
    return hmac.compare_digest(sign(url, fields, token).encode(), signature.encode())


def sign(url: str, fields: Fields, token: str) -> str:
    """base64(HMAC-SHA1(token, url + each field's name and value in the order of the names)).

    A field with several values is signed with each different one, in order, as Twilio's own
    libraries do.
    """
    parts = [f"{name}{value}" for name in sorted(fields) for value in sorted(set(fields[name]))]
    text = url + "".join(parts)
    # SHA-1 is Twilio's choice; a forged HMAC needs the key, not a collision.
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
