"""The case pack on both ledgers: what is in it, what it says is missing, and that it is bounded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from tempfile import TemporaryFile
from zipfile import ZipFile

import pytest

from connector.agency import case_pack, case_papers
from connector.clients import meter
from connector.clients.meter import Limits, OutOfBudget, Purpose
from connector.commitments import promises
from connector.mirroring import mirror
from dunning.customer.account import Promise
from providers.money import Money
from providers.registry import LEDGERS
from providers.simulated.faults import Fault
from tests.connector.by_post import customer_at, queued, text_of
from tests.connector.commitments.test_disputing import dispute
from tests.connector.firm import Firm
from tests.connector.formal import on_hold, open_formal, referred

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_formal(open_firm, ledger)


def packed(firm: Firm, customer_id: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of a pack by name, and what it says is missing."""
    with firm.deps.reading() as tx:
        customer = mirror.customer(tx, firm.connection_id, customer_id)
    assert customer is not None
    with TemporaryFile() as file:
        made = case_pack.write(firm.deps, firm.connection, customer, file, by="ann")
        content = file.read()
        assert (made.size, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        with ZipFile(file) as archive:
            assert archive.testzip() is None
            assert list(made.files) == archive.namelist()
            found = {name: archive.read(name) for name in archive.namelist()}
    (entry,) = firm.log("case_pack.made")[-1:]
    assert (entry.actor, entry.what["sha256"]) == ("ann", made.sha256)
    return found, made.missing


@pytest.mark.either_ledger
def test_a_case_is_all_that_was_said_agreed_and_decided_with_the_ledgers_own_papers(
    firm: Firm,
) -> None:
    customer = referred(firm)
    firm.owe(customer, "INV/2 <new>", "50.00", late_days=1)
    firm.sweep()
    files, missing = packed(firm, customer)
    index = files["index.html"].decode()
    assert "<h1>Case of " in index
    assert "draft" not in index.split("<h2")[0].partition("</style>")[2]
    (copy,) = [name for name in files if name.startswith("invoices/01-INV-1")]
    (other,) = [name for name in files if name.startswith("invoices/02-INV-2-new")]
    assert files[copy].startswith(b"%PDF-")
    assert files[other].startswith(b"%PDF-")
    assert "Statement of account in USD" in text_of(files["statement.pdf"])[0]
    (letter,) = queued(firm)
    pdf = files[f"letters/letter-{letter.id}.pdf"]
    assert hashlib.sha256(pdf).hexdigest() == letter.sha256
    assert "Subject: " in files["messages/001-friendly.txt"].decode()
    assert "What became of it: sent" in files["messages/001-friendly.txt"].decode()
    told = ("posted by ann", "a referral is a person&#39;s decision", "ann and bob",
            "credit hold", "INV/2 &lt;new&gt;", "approved by ann", letter.sha256)  # fmt: skip
    for words in told:
        assert words in index, words
    assert 'href="messages/001-friendly.txt"' in index
    assert "a demand letter that was posted, for INV/2 <new>" in missing
    proof = "an order, a contract or a proof of delivery for INV-1: nothing lies with it in the"
    assert any(line.startswith(proof) for line in missing)


@pytest.mark.either_ledger
def test_before_two_people_referred_the_customer_it_is_a_draft(firm: Firm) -> None:
    customer = on_hold(firm)
    files, _ = packed(firm, customer)
    cover = files["index.html"].decode().split("<h2")[0]
    assert "<h1>Draft: case of Ash</h1>" in cover
    assert "not for an agency or a court" in cover
    (entry,) = firm.log("case_pack.made")
    assert entry.what["draft"] is True


@pytest.mark.either_ledger
def test_promises_disputes_and_answers_are_in_it(firm: Firm) -> None:
    customer = on_hold(firm)
    with firm.deps.reading() as tx:
        (invoice,) = mirror.of_customers(tx, firm.connection_id, [customer])
    usd = Money.of("1000", "USD")
    promise = Promise((invoice.id,), usd, firm.today + timedelta(days=3), firm.today, usd)
    with firm.deps.writing() as tx:
        promises.add(tx, firm.connection_id, customer, promise, source="call", by="ann",
                     words="by Friday, <promised>", at=firm.deps.now())  # fmt: skip
    made = dispute(firm, invoice.id, "20.00")
    files, missing = packed(firm, customer)
    index = files["index.html"].decode()
    assert "by Friday, &lt;promised&gt;" in index
    assert f"the end of what the customer disputes: {made.number}" in missing


@pytest.mark.either_ledger
def test_what_the_ledger_does_not_give_is_named_and_the_rest_is_there(firm: Firm) -> None:
    customer = on_hold(firm)
    firm.fail(Fault("500", times=-1))
    files, missing = packed(firm, customer)
    assert set(files) >= {"index.html", "messages/001-friendly.txt"}
    assert not [name for name in files if name.startswith(("invoices/", "statement"))]
    said = " | ".join(missing)
    for words in ("what the ledger says now", "the statement of account: ", "a copy of INV-1: "):
        assert words in said, words
    assert "What is open was read from the ledger" not in files["index.html"].decode()


@pytest.mark.either_ledger
def test_a_pack_takes_only_the_calls_that_sweeps_may_use_up(firm: Firm) -> None:
    customer = on_hold(firm)
    limits = Limits(LEDGERS[firm.ledger].calls_per_minute)
    spend = meter.spender(firm.deps, firm.connection_id, limits, Purpose.SWEEP)
    with suppress(OutOfBudget):
        while True:
            spend("tests")
    files, missing = packed(firm, customer)
    assert not [name for name in files if name.startswith(("invoices/", "statement"))]
    (told,) = [line for line in missing if line.startswith("a copy of INV-1: ")]
    assert "no API calls left for sweep; make the pack again later" in told


@pytest.mark.either_ledger
def test_a_pack_is_bounded_in_invoices_and_in_size(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = customer_at(firm, "Ash")
    for number in range(3):
        firm.owe(customer, f"INV-{number}", late_days=9 - number)
    firm.sweep()
    monkeypatch.setattr(case_papers, "COPIES_MAX", 2)
    files, missing = packed(firm, customer)
    assert len([name for name in files if name.startswith("invoices/")]) == 2
    assert "copies of more than 2 invoices: INV-2" in missing
    monkeypatch.setattr(case_pack, "BYTES_MAX", 10)
    files, missing = packed(firm, customer)
    assert list(files) == ["index.html"]
    assert any(line.startswith("statement.pdf: the pack would be larger") for line in missing)
