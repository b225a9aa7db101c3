"""Advices that come by mail: kept by the door, read by a worker, once and for the right client."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from connector import audit, jobs, lease, waiting_work
from connector.clients import tenants
from connector.correspondence import messages
from connector.decided import holds
from connector.deps import Deps
from connector.inbound import replies
from connector.receiving import advices, waiting_mail
from connector.waiting_work import Work
from providers.messages import Message
from tests.connector.evidence.test_remittances import ADVICE, kept
from tests.connector.office import NOW, connect
from tests.providers.remittances.papers import page_of, pdf

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


def accept(office: Deps, raw: bytes) -> None:
    """Take a mail in, and let a worker read what waits."""
    replies.accept(office, raw)
    with office.reading() as tx:
        due = waiting_work.found(tx, office.now())[Work.MAIL]
    for connection_id in due:
        assert ("decide", connection_id) in jobs.find_due(office)
        read_waiting(office, connection_id)
    with office.reading() as tx:
        assert waiting_work.found(tx, office.now())[Work.MAIL] == set()


def read_waiting(office: Deps, connection_id: int) -> int:
    with office.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    with lease.held(office, "decide", connection_id) as fence:
        assert fence is not None
        return advices.read_waiting(office, connection, fence)


@pytest.mark.parametrize("how", ["csv", "pdf", "html", "both"])
def test_mail_to_the_clients_address_is_kept_once(office: Deps, how: str) -> None:
    connection_id = connect(office)
    to = advices.address_of(office, connection_id)
    assert to.startswith(f"advices+{connection_id}-")
    paper = pdf([page_of(ADVICE.decode().replace(",", "        "))])
    files = {"csv": {"a.csv": ADVICE}, "pdf": {"a.pdf": paper}, "both": {"a.pdf": paper}}.get(how)
    raw = posted(to, files=files, html=TABLE if how in ("html", "both") else "")
    accept(office, raw)
    accept(office, raw)
    (row,) = kept(office, connection_id)
    assert (row.state, row.source, row.sender) == ("waiting", "mail", "noreply@payer.example")
    assert [x.number for x in row.remittance.lines] == ["INV-1", "INV-2"]


def test_a_guessed_address_brings_nothing(office: Deps) -> None:
    connection_id = connect(office)
    for to in ("advices@ar.example", f"advices+{connection_id}-0000000000000000@ar.example",
               "advices+99-1@ar.example", "advices+x-1@ar.example"):  # fmt: skip
        accept(office, posted(to, files={"a.csv": ADVICE}))
    assert kept(office, connection_id) == []


def test_mail_that_cannot_be_read_as_an_advice_is_told(office: Deps) -> None:
    connection_id = connect(office)
    to = advices.address_of(office, connection_id)
    accept(office, posted(to, files={"a.pdf": b"%PDF-1.4 broken"}))
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
    accept(office, posted("a@ar.example", files={"a.csv": ADVICE}, html=quoted, reply_to=OURS))
    (row,) = kept(office, connection_id)
    assert row.customer_id == "c1"
    with office.reading() as tx:
        events = {entry.event for entry in audit.entries(tx, connection_id)}
        # It came from a noreply address: kept, but nobody's answer.
        assert holds.in_force(tx, connection_id, NOW, ["c1"]) == []
    assert {"reply.received", "remittance.kept"} <= events


def test_an_answer_without_an_advice_brings_none(office: Deps) -> None:
    connection_id = connect(office)
    remind(office, connection_id)
    quoted = f"<p>paid</p><blockquote>{TABLE}</blockquote>"
    text = "We paid INV-1, 60.00, on Friday."
    accept(office, posted("a@ar.example", text, html=quoted, reply_to=OURS))
    assert kept(office, connection_id) == []


@pytest.mark.parametrize("is_html", [True, False])
@pytest.mark.parametrize("is_answer", [True, False])
def test_sentences_are_read_but_not_what_they_quote(
    office: Deps, is_answer: bool, is_html: bool
) -> None:
    connection_id = connect(office)
    remind(office, connection_id)
    to = "a@ar.example" if is_answer else advices.address_of(office, connection_id)
    text = (
        "Please find our payment of $100.00 for:\n- INV-1: $60.00\n- INV-2: $40.00\n\n"
        "-----Original Message-----\nFrom: Books\nINV-9: $70.00\nTotal $70.00\n"
    )
    html = "".join(f"<p>{line}</p>" for line in text.splitlines()) if is_html else ""
    accept(office, posted(to, text, html=html, reply_to=OURS if is_answer else ""))
    (row,) = kept(office, connection_id)
    assert str(row.remittance.total) == "USD 100.00"
    assert [x.number for x in row.remittance.lines] == ["INV-1", "INV-2"]


def test_a_mail_that_kills_its_reader_is_put_before_a_person_in_the_end(office: Deps) -> None:
    connection_id = connect(office)
    to = advices.address_of(office, connection_id)
    replies.accept(office, posted(to, files={"a.csv": ADVICE}))
    for _ in range(advices.TRIES_MAX):
        with office.writing() as tx:
            assert waiting_mail.take(tx, connection_id) is not None
    assert read_waiting(office, connection_id) == 1
    assert kept(office, connection_id) == []
    with office.reading() as tx:
        (entry,) = audit.entries(tx, connection_id)
    assert entry.what["why"] == ["its reader broke down 3 times"]
    assert read_waiting(office, connection_id) == 0
