"""An answer from an address of several customers of one company holds each of them who owes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from connector import customer_answers, erasure, holds, mirror
from connector.customer_answers import Unread
from connector.deps import Deps
from connector.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.office import NOW, connect, customer, invoice
from tests.connector.test_known_senders import ACROSS, ASH, DISPUTE, STEPS, known, unread, write


def owing(open_firm: Opens, ledger: str) -> Firm:
    """Ash and Birch owe and have the same address, and so has Cedar, who owes nothing."""
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT}, dunning={"steps": STEPS})
    for name in ("Ash", "Birch"):
        firm.owe(customer_of(firm, name), f"INV-{name}", late_days=1)
    customer_of(firm, "Cedar")
    firm.pass_days(1)
    return firm


def customer_of(firm: Firm, name: str) -> str:
    made = firm.hand.create("Customer", {
        "DisplayName": name, "PrimaryEmailAddr": {"Address": ASH},
    })  # fmt: skip
    return str(made["Id"])


def test_each_who_owes_is_held_until_the_one_answer_is_read(open_firm: Opens) -> None:
    firm = owing(open_firm, "quickbooks")
    before = len(firm.mails())
    write(firm.deps, subject="A question")
    (answer,) = unread(firm.deps, firm.connection_id)
    assert answer.answer.text == DISPUTE
    also = "an answer from an address of this customer is kept with another who has it"
    own = "the customer answered"
    assert sorted(reasons(firm)) == [f"{why}; a person reads it first" for why in (also, own)]
    firm.pass_days(20)
    assert len(firm.mails()) == before, "nobody knows for which of them it is"
    assert customer_answers.read(firm.deps, firm.connection_id, answer.hold.id, by="ann")
    assert reasons(firm) == []
    firm.pass_days(8)
    written = " ".join(mail["text"] for mail in firm.mails()[before:])
    assert "INV-Ash" in written
    assert "INV-Birch" in written


def test_one_who_is_named_is_held_alone(open_firm: Opens) -> None:
    firm = owing(open_firm, "quickbooks")
    write(firm.deps, "We dispute INV-Birch.", subject="A question")
    (answer,) = unread(firm.deps, firm.connection_id)
    assert answer.name == "Birch"
    assert reasons(firm) == ["the customer answered; a person reads it first"]


@pytest.mark.either_ledger
def test_nobody_s_name_stays_in_what_holds_another(open_firm: Opens, ledger: str) -> None:
    firm = owing(open_firm, ledger)
    write(firm.deps, subject="A question")
    (answer,) = unread(firm.deps, firm.connection_id)
    (held,) = [why for why in reasons(firm) if not why.startswith("the customer answered")]
    assert customer_answers.read(firm.deps, firm.connection_id, answer.hold.id, by="ann")
    firm.pass_days(1)
    erasure.erase(
        firm.deps, firm.connection, answer.answer.customer_id, by="ann", reason="asked", keep=True
    )
    with firm.deps.reading() as tx:
        kept = tx.execute(sa.select(holds.hold_table), execution_options=ACROSS).all()
    assert held in [row.reason for row in kept], "the other's stays"
    assert answer.name not in str(kept)


def reasons(firm: Firm) -> list[str]:
    with firm.deps.reading() as tx:
        found = holds.of_kind(tx, firm.connection_id, holds.REPLY, firm.deps.now())
    return [hold.reason for hold in found]


def test_what_another_answered_before_is_not_shown_for_it(both: Deps) -> None:
    one = connect(both)
    with both.writing() as tx:
        mirror.store(
            tx, one, [customer("c1"), customer("c2"), invoice("i2", customer_id="c2")], read_at=NOW
        )
    known(both, one, "c2", by="message", address="own@ash.example")
    write(both, "An older one.", sender="own@ash.example", number=1)
    older = shown(both, one, "c2")
    assert customer_answers.read(both, one, older[0].hold.id, by="ann")
    known(both, one, "c2", by="contact")
    known(both, one, "c1", by="message")
    write(both, number=2)
    (answer,) = shown(both, one, "c1")
    with both.reading() as tx:
        (further,) = holds.in_force(tx, one, both.now(), ["c2"])
    assert not customer_answers.read(both, one, further.id, by="ann"), "it ends with the answer's"
    assert shown(both, one, "c2") == []
    assert shown(both, one, "c1", "c2") == [answer]
    assert customer_answers.read(both, one, answer.hold.id, by="ann")
    with both.reading() as tx:
        assert holds.in_force(tx, one, both.now(), ["c1", "c2"]) == []
    assert not customer_answers.read(both, one, answer.hold.id, by="ann")


def shown(deps: Deps, connection_id: int, *customer_ids: str) -> list[Unread]:
    with deps.reading() as tx:
        return customer_answers.unread(tx, connection_id, deps.now(), customer_ids)
