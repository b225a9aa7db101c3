"""A customer's case as one ZIP, for whoever decides about an agency or takes the case over."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from connector import audit
from connector.agency import case_index, case_papers, case_record
from connector.agency.case_index import Cell, Front, Link
from connector.agency.case_papers import Papers
from connector.clients.tenants import Connection
from connector.correspondence import postal
from connector.db import Tx
from connector.decided import formal_steps
from connector.deps import Deps
from dunning.words.lines import one_line
from providers.ledger import Customer
from providers.letters.addressing import block

BYTES_MAX = 50_000_000
"""Of the papers in a pack, before they are compressed; what is more is named as left out."""
INDEX = "index.html"
UNSAFE = re.compile(r"[^\w.-]+")
NAME_START_MAX, NAME_END_MAX = 70, 10
READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written; the file is at its beginning again."""

    name: str
    sha256: str
    size: int
    files: tuple[str, ...]
    missing: tuple[str, ...]


def write(
    deps: Deps, connection: Connection, customer: Customer, file: IO[bytes], *, by: str,
    patient: bool = False,
) -> Packed:  # fmt: skip
    """Write the pack into a file that can be read, too, and is empty; that it was made is in the
    audit trail.

    What cannot be had is named in it. One who is patient waits for the ledger's calls.
    """
    now = deps.now()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        box = _Box(archive, now.astimezone(ZoneInfo(connection.time_zone)))
        papers = case_papers.read(deps, connection, customer, box.put, patient=patient)
        with deps.reading() as tx:
            record = case_record.gather(tx, connection, customer.id, papers.invoices, box.put)
            facts, unreachable = _facts(tx, connection, customer)
            is_draft = not _is_referred(tx, connection, customer)
        missing = tuple(map(one_line, (
            *papers.missing, *record.missing, *unreachable, *box.left_out
        )))  # fmt: skip
        front = replace(
            _front(connection, customer, papers, facts, by=by, now=now), is_draft=is_draft
        )
        page = case_index.page(front, missing, (*papers.sections, *record.sections))
        box.add(INDEX, page.encode())
    size, sha256 = file.tell(), _digest(file)
    with deps.writing() as tx:
        audit.add(
            tx, connection.id, at=deps.now(), actor=by, event="case_pack.made",
            about=f"customer:{customer.id}", files=len(box.paths), sha256=sha256,
            missing=len(missing), draft=is_draft,
        )  # fmt: skip
    draft = "draft-" if is_draft else ""
    name = f"case-{draft}{_safe(customer.name)}-{box.now:%Y-%m-%d}.zip"
    return Packed(name, sha256, size, tuple(box.paths), missing)


class _Box:
    """The files of a pack, as long as there is room."""

    def __init__(self, archive: ZipFile, now: datetime) -> None:
        self.now, self.paths, self.left_out = now, list[str](), list[str]()
        self._archive, self._room = archive, BYTES_MAX

    def put(self, folder: str, name: str, content: bytes) -> Cell:
        path = f"{folder}/{_safe(name)}" if folder else _safe(name)
        if len(content) > self._room:
            self.left_out.append(f"{path}: the pack would be larger than {BYTES_MAX // 10**6} MB")
            return "left out, too large"
        self._room -= len(content)
        self.add(path, content)
        return Link(path, path)

    def add(self, path: str, content: bytes) -> None:
        entry = ZipInfo(path, self.now.timetuple()[:6])
        entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
        self._archive.writestr(entry, content)
        self.paths.append(path)


def _front(
    connection: Connection, customer: Customer, papers: Papers, facts: tuple[str, ...], *, by: str,
    now: datetime,
) -> Front:  # fmt: skip
    zone = ZoneInfo(connection.time_zone)
    return Front(
        customer=customer.name, creditor=connection.legal_name or connection.name,
        made_at=f"{now.astimezone(zone):%Y-%m-%d %H:%M}", zone=zone.key, by=by,
        is_fresh=papers.is_fresh, facts=facts,
    )  # fmt: skip


def _is_referred(tx: Tx, connection: Connection, customer: Customer) -> bool:
    """Whether two people said that the customer goes to an agency, and nobody took it back."""
    return bool(formal_steps.with_an_agency(tx, connection.id, [customer.id]))


def _facts(
    tx: Tx, connection: Connection, customer: Customer
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the customer is reached, and what is missing of that."""
    address = postal.address_of(tx, connection, customer)
    lines = block(customer.name, address, sent_from=connection.country) if address else ()
    facts = (
        f"Postal address: {', '.join(lines)}" if lines else "",
        f"E-mail: {', '.join(customer.emails)}" if customer.emails else "",
        f"Customer in the ledger: {customer.id}",
    )
    missing = (
        "" if lines else "a complete postal address of the customer",
        "" if customer.emails else "an e-mail address of the customer",
    )
    return tuple(filter(None, facts)), tuple(filter(None, missing))


def _digest(file: IO[bytes]) -> str:
    """Of the whole file, which is at its beginning again after that."""
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(READ_BYTES):
        digest.update(part)
    file.seek(0)
    return digest.hexdigest()


def _safe(name: str) -> str:
    """A name that every system takes for a file, and none for a place elsewhere."""
    safe = UNSAFE.sub("-", name).strip(".-") or "unnamed"
    is_long = len(safe) > NAME_START_MAX + NAME_END_MAX
    return safe[:NAME_START_MAX] + safe[-NAME_END_MAX:] if is_long else safe
