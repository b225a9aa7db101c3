"""A firm whose people want to be told: who they are, what is switched on, what they got."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from connector import jobs
from connector.clients import persons, tenants
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.notice_settings import Notices
from providers.simulated.store import Doc
from tests.connector.firm import Firm

OWNER = "owner@firm.example"
Opens = Callable[..., Firm]


def open_notified(open_firm: Opens, ledger: str, *, owner: str = OWNER, **how: Any) -> Firm:
    firm = open_firm(ledger, **how)
    with firm.deps.writing() as tx:
        client = tenants.client(tx, firm.connection.client_id)
        tx.execute(
            persons.person_table.insert().values(
                reseller_id=client.reseller_id, email=owner,
                name="Owner",
            )
        )  # fmt: skip
    return firm


def switch_on(firm: Firm, **notices: Any) -> None:
    """Nothing but these; the rest of the policy stays."""
    client_id = firm.connection.client_id
    with firm.deps.reading() as tx:
        rules = policy.current(tx, client_id).policy
    wanted = rules.model_copy(update={"notices": Notices.model_validate(notices)})
    allowing.set_policy(firm.deps, client_id, wanted, by="ann")
    firm.settle()


def told(firm: Firm, subject: str = "") -> list[Doc]:
    """The mails to the owner, the oldest first."""
    return [
        mail for mail in firm.mails() if OWNER in mail["recipients"] and subject in mail["subject"]
    ]


def to_customers(firm: Firm) -> list[Doc]:
    return [mail for mail in firm.mails() if OWNER not in mail["recipients"]]


def text(mail: Doc) -> str:
    return str(mail["text"]).replace("\r\n", "\n")


def at_once(firm: Firm, *job_names: str) -> None:
    """Two workers do the same jobs at the same moment."""

    def work() -> None:
        for job in job_names:
            jobs.RUN[job](firm.deps, firm.connection_id)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    firm.settle()
