"""Advices: each counts once, and beside its money it decides, whichever of the two came first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from connector import advices, audit, cash, holds, messages, remittances, replies
from connector.cash import Standing
from connector.deps import Deps
from connector.modes import Mode
from providers.messages import Message
from providers.receipts import Receipt
from providers.remittances.errors import BadRemittance
from tests.connector.firm import Firm
from tests.connector.office import NOW, TODAY, connect, usd
from tests.providers.remittances.papers import fixture, page_of, pdf

Opens = Callable[..., Firm]
ADVICE = (
    b"Payer,Ash\nTrace number,EFT-5550123\nCurrency,USD\nInvoice,Amount paid\n"
    b"INV-1,60.00\nINV-2,40.00\nTotal,100.00\n"
)  # fmt: skip


def kept(deps: Deps, connection_id: int) -> list[remittances.Kept]:
    with deps.reading() as tx:
        return remittances.listed(tx, connection_id)


def arrive(deps: Deps, connection_id: int, *receipts: Receipt) -> None:
    with deps.writing() as tx:
        cash.arrive(tx, connection_id, receipts)


def pair_up(deps: Deps, connection_id: int) -> int:
    with deps.writing() as tx:
        return remittances.pair_up(tx, connection_id, at=deps.now())


def line(bank_id: str = "1", amount: str = "100", *, payer: str = "ASH LTD",
         text: str = "") -> Receipt:  # fmt: skip
    return Receipt("main", bank_id, TODAY, usd(amount), payer, text)


def states(deps: Deps, connection_id: int) -> list[Standing]:
    with deps.reading() as tx:
        return [item.state for item in cash.listed(tx, connection_id, tuple(Standing))]


def test_the_same_advice_counts_once_in_whatever_form(both: Deps) -> None:
    connection_id = connect(both)
    assert advices.import_file(both, connection_id, ADVICE, by="tests") == (1, 1)
    assert advices.import_file(both, connection_id, ADVICE, by="tests") == (1, 0)
    printed = page_of(ADVICE.decode().replace(",", "        "))
    assert advices.import_file(both, connection_id, pdf([printed]), by="tests") == (1, 0)
    assert [row.state for row in kept(both, connection_id)] == ["waiting"]


@pytest.mark.parametrize("money_first", [True, False])
def test_either_order_gives_the_same_state(both: Deps, money_first: bool) -> None:
    connection_id = connect(both)
    steps: list[Callable[[], object]] = [
        lambda: arrive(both, connection_id, line(text="credit EFT 5550123")),
        lambda: advices.import_file(both, connection_id, ADVICE, by="tests"),
    ]
    for step in steps if money_first else steps[::-1]:
        step()
    pair_up(both, connection_id)
    (row,) = kept(both, connection_id)
    assert (row.state, row.subject) == ("paired", "bank:main:1")
    with both.reading() as tx:
        item = cash.find(tx, connection_id, "bank", "main:1")
        assert item is not None
        assert item.state is Standing.NEW
        assert remittances.paired(tx, connection_id, item) == row.remittance
    assert pair_up(both, connection_id) == 0


@pytest.mark.parametrize(("standing", "after"), [
    (Standing.REVIEW, Standing.NEW), (Standing.SHADOW, Standing.NEW),
    (Standing.APPLYING, Standing.APPLYING), (Standing.APPLIED, Standing.APPLIED),
])  # fmt: skip
def test_money_that_waits_is_decided_on_again_and_placed_money_is_let_alone(
    deps: Deps, standing: Standing, after: Standing
) -> None:
    connection_id = connect(deps)
    arrive(deps, connection_id, line())
    with deps.writing() as tx:
        item = cash.find(tx, connection_id, "bank", "main:1")
        assert item is not None
        cash.stand(tx, connection_id, item, standing)
    advices.import_file(deps, connection_id, ADVICE, by="tests")
    assert states(deps, connection_id) == [after]
    assert kept(deps, connection_id)[0].state == "paired"


def test_closed_money_and_that_of_another_advice_is_not_taken(deps: Deps) -> None:
    connection_id = connect(deps)
    arrive(deps, connection_id, line("1"), line("2", text="EFT-5550123"))
    advices.import_file(deps, connection_id, ADVICE, by="tests")
    assert kept(deps, connection_id)[0].subject == "bank:main:2"
    other = ADVICE.replace(b"5550123", b"5550199").replace(b"INV-2", b"INV-3")
    advices.import_file(deps, connection_id, other, by="tests")
    assert {row.subject for row in kept(deps, connection_id)} == {"bank:main:1", "bank:main:2"}


def test_of_several_that_fit_none_is_chosen(deps: Deps) -> None:
    connection_id = connect(deps)
    arrive(deps, connection_id, line("1"), line("2"))
    advices.import_file(deps, connection_id, ADVICE, by="tests")
    assert [row.state for row in kept(deps, connection_id)] == ["waiting"]


def test_tenants_do_not_see_each_others_advices(both: Deps) -> None:
    one, other = connect(both), connect(both, "Birch")
    arrive(both, other, line(text="EFT-5550123"))
    advices.import_file(both, one, ADVICE, by="tests")
    assert kept(both, other) == []
    assert pair_up(both, other) == 0
    assert kept(both, one)[0].state == "waiting"


def test_a_bad_file_leaves_nothing(deps: Deps) -> None:
    connection_id = connect(deps)
    cut = fixture("x12_5010.edi").replace(b"SE|9|0002", b"SE|8|0002")
    with pytest.raises(BadRemittance):
        advices.import_file(deps, connection_id, cut, by="tests")
    assert kept(deps, connection_id) == []


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def two_invoices(firm: Firm) -> tuple[str, str]:
    customer = firm.books.customer("Ash")
    found = firm.owe(customer, "INV-1", "60.00"), firm.owe(customer, "INV-2", "40.00")
    firm.settle()
    return found


@pytest.mark.parametrize("money_first", [True, False])
def test_money_without_a_word_is_applied_by_its_advice(firm: Firm, money_first: bool) -> None:
    one, two = two_invoices(firm)
    if money_first:
        firm.bank("L1", "100.00", "transfer", payer="Ash")
        firm.pass_time(minutes=2)
        assert len(firm.asked()) == 1
    advices.import_file(firm.deps, firm.connection_id, ADVICE, by="tests")
    if not money_first:
        firm.bank("L1", "100.00", "transfer", payer="Ash")
    firm.pass_time(minutes=2)
    assert (firm.books.balance(one), firm.books.balance(two)) == (0, 0)
    assert [item.state for item in firm.all_money()] == [Standing.APPLIED]
    assert firm.asked() == []
    (pairing,) = firm.log("remittance.paired")
    assert pairing.about == "bank:main:L1"


def test_an_advice_whose_figures_differ_is_shown_with_them_and_decides_nothing(
    firm: Firm,
) -> None:
    one, _ = two_invoices(firm)
    wrong = ADVICE.replace(b"INV-2,40.00", b"INV-2,39.00")
    firm.bank("L1", "100.00", "transfer", payer="Ash")
    advices.import_file(firm.deps, firm.connection_id, wrong, by="tests")
    firm.pass_time(minutes=2)
    assert firm.books.balance(one) == Decimal(60)
    assert [row.state for row in kept(firm.deps, firm.connection_id)] == ["review"]
    said = [asked.summary for asked in firm.asked() if asked.subject.startswith("remittance:")]
    assert len(said) == 1
    assert "the lines make USD 99.00, the total is USD 100.00" in said[0]


MAILBOX = "advices@ar.example"
OURS = "<our-1@ar.example>"


def posted(to: str, text: str = "", *, files: dict[str, bytes] | None = None,
           html: str = "", reply_to: str = "") -> bytes:  # fmt: skip
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "noreply@payer.example", to, "Remittance"
    mail["Message-ID"] = "<one@payer.example>"
    if reply_to:
        mail["In-Reply-To"] = reply_to
    mail.set_content(text or "see attached")
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


@pytest.fixture
def office(deps: Deps) -> Deps:
    settings = deps.config.model_copy(update={"remittance_mailbox": MAILBOX})
    return replace(deps, config=settings)


TABLE = (
    "<p>Trace number: EFT-5550123</p><table><tr><th>Invoice</th><th>Amount paid</th></tr>"
    "<tr><td>INV-1</td><td>$60.00</td></tr><tr><td>INV-2</td><td>$40.00</td></tr>"
    "<tr><td>Total</td><td>$100.00</td></tr></table>"
)


@pytest.mark.parametrize("how", ["csv", "pdf", "html", "both"])
def test_mail_to_the_clients_address_is_kept_once(office: Deps, how: str) -> None:
    connection_id = connect(office)
    to = advices.address_of(office, connection_id)
    assert to.startswith(f"advices+{connection_id}-")
    paper = pdf([page_of(ADVICE.decode().replace(",", "        "))])
    files = {"csv": {"a.csv": ADVICE}, "pdf": {"a.pdf": paper}, "both": {"a.pdf": paper}}.get(how)
    raw = posted(to, files=files, html=TABLE if how in ("html", "both") else "")
    replies.accept(office, raw)
    replies.accept(office, raw)
    (row,) = kept(office, connection_id)
    assert (row.state, row.source, row.sender) == ("waiting", "mail", "noreply@payer.example")
    assert [x.number for x in row.remittance.lines] == ["INV-1", "INV-2"]


def test_a_guessed_address_brings_nothing(office: Deps) -> None:
    connection_id = connect(office)
    for to in ("advices@ar.example", f"advices+{connection_id}-0000000000000000@ar.example",
               "advices+99-1@ar.example", "advices+x-1@ar.example"):  # fmt: skip
        replies.accept(office, posted(to, files={"a.csv": ADVICE}))
    assert kept(office, connection_id) == []


def test_mail_that_cannot_be_read_as_an_advice_is_told(office: Deps) -> None:
    connection_id = connect(office)
    to = advices.address_of(office, connection_id)
    replies.accept(office, posted(to, files={"a.pdf": b"%PDF-1.4 broken"}))
    with office.reading() as tx:
        (entry,) = audit.entries(tx, connection_id)
    assert entry.event == "remittance.unread"
    assert entry.what["why"][0].startswith("a.pdf: the PDF is damaged")


def remind(office: Deps, connection_id: int) -> None:
    """A message of ours, to which a customer can answer."""
    message = Message(OURS, "B", "a@ar.example", "a@ar.example", ("p@x.example",), "s", "t", "h")
    with office.writing() as tx:
        messages.keep(
            tx, connection_id, message, intent_key="k", decision_id=1, customer_id="c1",
            currency="USD", step="s", invoice_ids=(), read_at=NOW, sent_at=NOW,
        )  # fmt: skip


def test_an_answer_may_bring_an_advice_and_what_it_quotes_is_none(office: Deps) -> None:
    connection_id = connect(office)
    remind(office, connection_id)
    quoted = f"<p>paid</p><blockquote>{TABLE.replace('INV-1', 'INV-9')}</blockquote>"
    replies.accept(
        office, posted("a@ar.example", files={"a.csv": ADVICE}, html=quoted, reply_to=OURS)
    )
    (row,) = kept(office, connection_id)
    assert row.customer_id == "c1"
    with office.reading() as tx:
        events = {entry.event for entry in audit.entries(tx, connection_id)}
        # It came from a noreply address: kept, but nobody's answer.
        assert holds.in_force(tx, connection_id, NOW, "c1") == []
    assert {"reply.received", "remittance.kept"} <= events


def test_an_answer_without_an_advice_brings_none(office: Deps) -> None:
    connection_id = connect(office)
    remind(office, connection_id)
    quoted = f"<p>paid</p><blockquote>{TABLE}</blockquote>"
    text = "We paid INV-1, 60.00, on Friday."
    replies.accept(office, posted("a@ar.example", text, html=quoted, reply_to=OURS))
    assert kept(office, connection_id) == []
