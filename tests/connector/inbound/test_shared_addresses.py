"""An answer from an address of several customers of one company holds each of them who owes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from connector.decided import customer_answers, holds
from connector.decided.customer_answers import Unread
from connector.deps import Deps
from connector.mirroring import mirror
from connector.privacy import erasure
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.inbound.test_known_senders import (
    ACROSS,
    ASH,
    DISPUTE,
    STEPS,
    known,
    mailed,
    unread,
    write,
)
from tests.connector.office import NOW, connect, customer, invoice


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
    write(firm.deps, "We dispute invoice INV-Birch.", subject="A question")
    (answer,) = unread(firm.deps, firm.connection_id)
    assert answer.name == "Birch"
    assert reasons(firm) == ["the customer answered; a person reads it first"]


@pytest.mark.parametrize(("number", "text"), [
    ("2026", "We dispute your bill of November 2026, half arrived broken."),
    ("1037", "Half arrived broken.\r\n\r\nPat Buyer, Tel. 415-555-1037"),
    ("1250", "We dispute your bill of USD 1250.00, half arrived broken."),
])  # fmt: skip
def test_digits_alone_free_nobody_whom_it_may_be_about(
    open_firm: Opens, number: str, text: str
) -> None:
    """It is about Ash, and the digits are Birch's number too."""
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning={"steps": STEPS})
    ids = {name: customer_of(firm, name) for name in ("Birch", "Ash")}
    firm.owe(ids["Birch"], number, late_days=1)
    firm.pass_days(1)
    firm.owe(ids["Ash"], "INV-Ash", late_days=1)
    firm.pass_days(1)
    before = len(firm.mails())
    write(firm.deps, text, subject="A question")
    (answer,) = unread(firm.deps, firm.connection_id)
    assert answer.name == "Birch", "not the one written to last"
    with firm.deps.reading() as tx:
        shown = holds.in_force(tx, firm.connection_id, firm.deps.now(), ids.values())
    assert {one.customer_id for one in shown} == set(ids.values())
    firm.pass_days(20)
    assert len(firm.mails()) == before
    assert customer_answers.read(firm.deps, firm.connection_id, answer.hold.id, by="ann")
    assert reasons(firm) == []
    firm.pass_days(8)
    assert "INV-Ash" in " ".join(mail["text"] for mail in firm.mails()[before:])


def test_a_plain_number_counts_more_than_digits_alone(open_firm: Opens) -> None:
    firm = owing(open_firm, "quickbooks")
    firm.owe(customer_of(firm, "Dale"), "2026", late_days=1)
    firm.pass_days(1)
    write(firm.deps, "We dispute invoice INV-Birch of November 2026.", subject="A question")
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


@pytest.mark.parametrize(("subject", "held"), [
    ("RE: [EXTERNAL] Your account", {"c1"}), ("On your account with us", {"c1", "c2"}),
    ("Ofyour account", {"c1", "c2"}),
])  # fmt: skip
def test_a_subject_of_ours_tells_whose_it_is_where_it_is_the_whole_of_it(
    both: Deps, subject: str, held: set[str]
) -> None:
    one = connect(both)
    bills = [invoice(f"i{id_}", customer_id=id_) for id_ in ("c1", "c2")]
    with both.writing() as tx:
        mirror.store(tx, one, [customer("c1"), customer("c2"), *bills], read_at=NOW)
    mailed(both, one, 1, "Your account")
    mailed(both, one, 2, "Second notice")
    write(both, subject=subject)
    with both.reading() as tx:
        found = holds.in_force(tx, one, both.now(), ["c1", "c2"])
    assert {hold.customer_id for hold in found} == held


def shown(deps: Deps, connection_id: int, *customer_ids: str) -> list[Unread]:
    with deps.reading() as tx:
        return customer_answers.unread(tx, connection_id, deps.now(), customer_ids)
