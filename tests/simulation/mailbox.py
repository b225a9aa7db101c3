"""The customers' mailbox: every message is held against the ledger at the moment it arrives."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.correspondence import messages
from connector.syncing.second_look import READ_AGE_MAX
from providers.simulated.smtp import MailServer
from tests.simulation.books import Books
from tests.simulation.universe import Universe


@dataclass
class Mailbox:
    """`wrong` lists the messages that asked for something that was not owed any more, `unkept`
    those that were not written down before they went out."""

    universe: Universe
    books: Books
    received: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unkept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        mail = self.universe.vendors.simulation.mail
        self._keep = mail.take
        mail.take = self._take  # type: ignore[method-assign]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._server = MailServer(self.universe.world, mail, host="127.0.0.1", port=self.port)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def _take(self, raw: bytes, **envelope: Any) -> Any:
        kept = self._keep(raw, **envelope)
        message_id = kept["message_id"].strip()
        self.received.append(message_id)
        row = self._kept(message_id)
        if row is None:
            self.unkept.append(message_id)
            return kept
        for invoice in row.invoice_ids:
            if self.books.balance(invoice) <= Decimal(0):
                self.wrong.append(f"{message_id} asked for {invoice}, on which nothing is open")
        age = self.universe.world.clock.now() - row.read_at
        if age > READ_AGE_MAX:
            self.wrong.append(f"{message_id} stood on what was read {age} before")
        if {one["id"] for one in row.stood_on or () if one["version"]} != set(row.invoice_ids):
            self.wrong.append(f"{message_id} does not tell the versions that it stood on")
        return kept

    def _kept(self, message_id: str) -> Any:
        with self.universe.deps.reading() as tx:
            return tx.execute(
                sa.select(messages.message_table).where(
                    messages.message_table.c.message_id == message_id
                ),
                execution_options=db.across("tests look at everything"),
            ).first()
