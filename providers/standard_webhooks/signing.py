"""Who sent a webhook, and that it is not an old one: signing and proving."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from datetime import datetime, timedelta

AGE_MAX = timedelta(minutes=5)
SECRET_PREFIX = "whsec_"  # noqa: S105
ID_HEADER = "webhook-id"
TIME_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
VERSION = "v1"
TIME_DIGITS_MAX = 12
SECRET_BYTES = 32


def is_genuine(raw: bytes, headers: Mapping[str, str], secret: str, *, now: datetime) -> bool:
    """Whether one of the signatures is ours, made within 5 minutes of `now` (aware).
    `headers` are named in lower case."""
    key = _key(secret)
    sent_at = headers.get(TIME_HEADER, "")
    if not key or not _is_recent(sent_at, now):
        return False
    signed = f"{headers.get(ID_HEADER, '')}.{sent_at}.".encode() + raw
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    offered = (part.partition(",") for part in headers.get(SIGNATURE_HEADER, "").split(" "))
    return any(
        version == VERSION and hmac.compare_digest(wanted, text.encode("utf-8", "replace"))
        for version, _, text in offered
    )


def sign(raw: bytes, message_id: str, *secrets: str, now: datetime) -> dict[str, str]:
    """The headers that a sender adds, with one signature for each secret: while a secret is being
    changed there are two. Raises ValueError where one is none."""
    keys = [_key(secret) for secret in secrets]
    if not all(keys):
        raise ValueError("the secret is `whsec_` and the base64 of the key")
    sent_at = str(int(now.timestamp()))
    signed = f"{message_id}.{sent_at}.".encode() + raw
    digests = (base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys)
    return {
        ID_HEADER: message_id,
        TIME_HEADER: sent_at,
        SIGNATURE_HEADER: " ".join(f"{VERSION},{digest.decode()}" for digest in digests),
    }


def new_secret() -> str:
    return f"{SECRET_PREFIX}{base64.b64encode(os.urandom(SECRET_BYTES)).decode()}"


def _is_recent(sent_at: str, now: datetime) -> bool:
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) <= TIME_DIGITS_MAX):
        return False
    return abs(now.timestamp() - int(sent_at)) <= AGE_MAX.total_seconds()


def _key(secret: str) -> bytes:
    """The key in a secret; empty where there is none, and then nothing is genuine."""
    if not secret.startswith(SECRET_PREFIX):
        return b""
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
