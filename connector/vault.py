"""Secrets at rest: AES-256-GCM, bound to where they stand, under keys that can be rotated."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def digest(token: str) -> str:
    """What is kept of a random token that its holder alone knows."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class VaultError(ValueError):
    """A sealed value cannot be opened: unknown key, wrong place, or altered."""


@dataclass(frozen=True, slots=True)
class Vault:
    """`keys` by id, the newest first. `place` ties a value to its row: it opens nowhere else."""

    keys: Mapping[str, bytes]

    def seal(self, text: str, *, place: str) -> str:
        name = self._newest
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[name]).encrypt(nonce, text.encode(), place.encode())
        return f"{name}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, place: str) -> str:
        name, _, text = sealed.partition(":")
        if name not in self.keys:
            raise VaultError(f"no key {name!r} in LEDGERHAND_VAULT_KEYS; add it to open this value")
        try:
            raw = base64.b64decode(text, validate=True)
            opened = AESGCM(self.keys[name]).decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()
            )
        except (InvalidTag, ValueError):
            raise VaultError(f"the value at {place} was altered or moved") from None
        return opened.decode()

    def is_newest(self, sealed: str) -> bool:
        return sealed.partition(":")[0] == self._newest

    def reference(self, text: str, *, place: str) -> str:
        """A keyed fingerprint under the oldest key, to find a sealed value without opening it."""
        oldest = list(self.keys.values())[-1]
        return hmac.new(oldest, f"{place}\0{text}".encode(), hashlib.sha256).hexdigest()

    @property
    def _newest(self) -> str:
        if not self.keys:
            raise VaultError("LEDGERHAND_VAULT_KEYS is empty; make a key with `ledgerhand vault`")
        return next(iter(self.keys))


def new_key() -> str:
    """One entry for LEDGERHAND_VAULT_KEYS."""
    return f"k{os.urandom(3).hex()}:{base64.b64encode(os.urandom(32)).decode()}"
