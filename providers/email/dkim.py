"""DKIM (RFC 6376): whether the key that the mail server signs with stands in a domain's DNS."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from providers.email.findings import Finding, Resolve, State, tags

RSA_BITS_MIN = 1024
"""Receivers count no signature by a shorter key (RFC 8301, 3.2)."""
ED25519_BYTES = 32
COPY = "Copy it from your mail service again."


def judge(places: Sequence[str], *, selector: str, resolve: Resolve, told_in: str) -> Finding:
    """Whether a key stands at the first of `places`, the sending domain, or at another of them: the
    parents whose signature receivers count as the domain's own. Where no selector is known,
    `told_in` is where people can tell it. Raises TryLater."""
    if not selector:
        return Finding(
            State.MISSING,
            f"Not looked for: {told_in} does not name the key that the mail server signs with.",
        )
    for place in places:
        name = f"{selector}._domainkey.{place}"
        keys = [found for text in resolve(name) if "p" in (found := tags(text))]
        if len(keys) > 1:
            return Finding(State.WRONG, f"{name} has {len(keys)} keys. Keep the one in use.")
        if keys:
            return _judge_key(name, keys[0])
    where = f"{selector}._domainkey.{places[0]}"
    return Finding(
        State.MISSING, f"There is no key at {where}. Add the record that your mail service shows."
    )


def _judge_key(name: str, key: dict[str, str]) -> Finding:
    fault = _fault(key) or _fault_of_content(key.get("k", "rsa"), key["p"])
    if fault:
        return Finding(State.WRONG, f"The key at {name} {fault}")
    return Finding(State.PASS, f"The key stands at {name}.")


def _fault(key: dict[str, str]) -> str:
    if key.get("v", "DKIM1") != "DKIM1":
        return f"says that it is of version {key['v']}, not DKIM1. {COPY}"
    if not key["p"]:
        return "is revoked: its `p=` is empty. Add the key in use now."
    if "y" in key.get("t", "").split(":"):
        return "is marked as a test, and receivers then ignore it. Take `t=y` out."
    return ""


def _fault_of_content(kind: str, text: str) -> str:
    try:
        content = base64.b64decode(text, validate=True)
        loaded = load_der_public_key(content) if kind != "ed25519" else None
    except (ValueError, UnsupportedAlgorithm):
        return f"cannot be read; it may have been cut off. {COPY}"
    if loaded is None:
        return "" if len(content) == ED25519_BYTES else f"is incomplete. {COPY}"
    if kind != "rsa" or not isinstance(loaded, RSAPublicKey):
        return f"is of a kind that receivers do not know ({kind}). Use an RSA key."
    if loaded.key_size < RSA_BITS_MIN:
        return f"has {loaded.key_size} bits; below {RSA_BITS_MIN} receivers ignore it. Renew it."
    return ""
