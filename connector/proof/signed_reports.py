"""The daily report of where all money is, signed, so that a copy of it can be checked anywhere.

The signature is Ed25519 under a key derived from the vault's newest; a copy is checked against the
public keys of this installation, or one that was kept elsewhere, and never against its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from connector import audit, local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.proof import discrepancies
from connector.proof.conservation import Conservation
from connector.proof.whereabouts import NAMES

EVENT = "conservation.signed"
PURPOSE = b"ledgerhand signed reports"
KEY_BYTES = 32
Keys = Mapping[str, bytes]
"""The vault's keys by id, the newest first."""
Signed = dict[str, Any]
"""`report` with the `signature` over it, and which `key` of ours made that."""


class NotGenuine(ValueError):
    """A report is not as it was signed, or not signed by who is trusted; the text says which."""


def public_keys(keys: Keys) -> dict[str, str]:
    """What others check reports with, base64 by the key's id, the newest first."""
    return {name: _public(_derived(key)) for name, key in keys.items()}


def sign(keys: Keys, report: Mapping[str, Any]) -> Signed:
    name, key = next(iter(keys.items()))
    private = _derived(key)
    signature = base64.b64encode(private.sign(_bytes_of(report))).decode()
    return {
        "report": report, "key": name, "public_key": _public(private), "signature": signature,
    }  # fmt: skip


def check(signed: Any, trusted: Collection[str]) -> dict[str, Any]:
    """The report, if one of the trusted public keys signed it as it is. Raises NotGenuine."""
    try:
        report, signature = signed["report"], base64.b64decode(signed["signature"], validate=True)
        made_by = str(signed["public_key"])
    except (TypeError, KeyError, ValueError):
        raise NotGenuine("this is no signed report of Ledgerhand") from None
    if made_by not in trusted:
        raise NotGenuine("it was signed with a key that is not trusted here")
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(made_by))
        public.verify(signature, _bytes_of(report))
    except (InvalidSignature, ValueError):
        raise NotGenuine("it was changed after it was signed") from None
    found: dict[str, Any] = report
    return found


def read(text: str) -> list[Any]:
    """The signed reports of a file. Raises NotGenuine."""
    try:
        found = json.loads(text, object_pairs_hook=_each_once)
    except ValueError as error:
        raise NotGenuine(f"this is no signed report of Ledgerhand: {error}") from None
    if not isinstance(found, list) or not found:
        raise NotGenuine("this is no signed report of Ledgerhand")
    return found


def keep(
    tx: Tx, connection: Connection, lines: Sequence[Conservation], *, keys: Keys, now: datetime
) -> None:
    """Keep the report of a day in the audit log, with the newest entry there before it."""
    if not keys:
        return
    newest = audit.head(tx, connection.id)
    explained = [it.subject for it in discrepancies.listed(tx, connection.id) if it.explained_by]
    day = local_days.today(connection, now).isoformat()
    report = {
        "report": "conservation", "company": connection.name, "ledger": connection.ledger,
        "connection": connection.id, "day": day, "made_at": now.isoformat(),
        "audit_log": {"entries": newest.number, "hash": newest.hash}, "explained": explained,
        "currencies": [_figures(line) for line in lines],
    }  # fmt: skip
    audit.add(
        tx, connection.id, at=now, actor="ledgerhand", event=EVENT, about=day,
        decision_id=None, signed=sign(keys, report),
    )  # fmt: skip


def kept(tx: Tx, connection_id: int, *, day: date | None, until: datetime) -> Signed | None:
    """The newest report, or the last of a day; None where there is none."""
    for entry in reversed(audit.of_events(tx, connection_id, (EVENT,), until=until)):
        if day is None or entry.about == day.isoformat():
            signed: Signed = entry.what["signed"]
            return signed
    return None


def _figures(line: Conservation) -> dict[str, Any]:
    parts = {name: str(getattr(line.parts, name).amount) for name in NAMES}
    return {
        "currency": line.currency, "received": str(line.received.amount), **parts,
        "not_adding_up": list(line.faults), "counted_once": list(line.once),
        "taken_back": str(line.taken_back.amount),
    }  # fmt: skip


def _derived(key: bytes) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE).derive(key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(private: Ed25519PrivateKey) -> str:
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def _bytes_of(report: Any) -> bytes:
    canonical = json.dumps(report, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return canonical.encode("utf-8", "surrogatepass")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What is named twice would be read as one and shown as the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found
