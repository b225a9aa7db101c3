"""Whatever goes wrong during a write, one request goes out and the error says what to do."""

from __future__ import annotations

from datetime import date

import pytest

from providers.errors import LedgerError, OutcomeUnknown, Reconnect, Refused, TryLater
from providers.ledger import (
    AddNote,
    Allocation,
    ApplyUnapplied,
    Draft,
    Effect,
    Kind,
    RecordPayment,
)
from providers.money import Money
from tests.providers.xero.host import Host, Reply, Seen, fixture, listed

MARKER = "[lh:1a2b3c4d]"
INVOICE = "5d1c7a52-0000-4000-8000-000000000001"
SECOND = "5d1c7a52-0000-4000-8000-000000000002"
CONTACT = "c0a5e000-0000-4000-8000-000000000001"


def nzd(amount: str) -> Money:
    return Money.of(amount, "NZD")


def receipt(*parts: Allocation, total: str) -> RecordPayment:
    return RecordPayment("r1", CONTACT, date(2026, 11, 20), nzd(total), parts, "wire 7", "")


ONE = Allocation(INVOICE, nzd("10.55"))
TWO = Allocation(SECOND, nzd("9.45"))
EFFECTS: dict[str, Effect] = {
    "payment": receipt(ONE, total="10.55"),
    "batch payment": receipt(ONE, TWO, total="20"),
    "overpayment": receipt(total="20"),
    "overpayment allocation": ApplyUnapplied(Kind.OVERPAYMENT, "o1", CONTACT, (ONE, TWO), ""),
    "prepayment allocation": ApplyUnapplied(Kind.PREPAYMENT, "p1", CONTACT, (ONE,), ""),
    "invoice note": AddNote(Kind.INVOICE, INVOICE, "Reminder 1 sent", date(2026, 11, 20)),
    "contact note": AddNote(Kind.CUSTOMER, CONTACT, "Reminder 1 sent", date(2026, 11, 20)),
}
OVERPAYMENT = fixture("overpayments_read")["Overpayments"][0]
ACCOUNT = {"AccountID": "acc1", "Type": "BANK", "CurrencyCode": "NZD", "Status": "ACTIVE"}


def books(seen: Seen) -> Reply:
    """What the reads of `compose` are answered with."""
    rows = {
        "Accounts": ACCOUNT,
        "Invoices": fixture("invoices_read")["Invoices"][0],
        "Organisations": {"Timezone": "NEWZEALANDSTANDARDTIME", "BaseCurrency": "NZD"},
        "Overpayments": OVERPAYMENT,
        "Prepayments": {**OVERPAYMENT, "PrepaymentID": "p1", "Type": "RECEIVE-PREPAYMENT"},
    }
    name = seen.where.partition("/")[0].replace("Organisation", "Organisations")
    return listed(name, rows[name])


def compose(host: Host, effect: Effect) -> Draft:
    host.route = books
    return host.writer().compose(effect, MARKER)


FAULTS: list[tuple[str, Reply, type[LedgerError]]] = [
    ("reset", Reply(broken="reset"), OutcomeUnknown),
    ("cut", Reply({"Payments": [{"PaymentID": "y1"}]}, broken="cut"), OutcomeUnknown),
    ("hang", Reply(broken="hang"), OutcomeUnknown),
    ("truncated JSON", Reply(b'{"Payments":[{"Paym'), OutcomeUnknown),
    ("html", Reply(b"<html>", 200), OutcomeUnknown),
    ("empty", Reply({}), OutcomeUnknown),
    ("500", Reply({"ErrorNumber": 500}, 500), OutcomeUnknown),
    ("503", Reply(b"offline", 503, {"Retry-After": "1"}), OutcomeUnknown),
    ("307", Reply(b"", 307, {"Location": "/api.xro/2.0/Payments"}), OutcomeUnknown),
    ("key taken", Reply({"Message": "The key was used with a different request"}, 400),
     OutcomeUnknown),
    ("429", Reply(b"", 429, {"Retry-After": "1", "X-Rate-Limit-Problem": "minute"}), TryLater),
    ("403", Reply({"Detail": "AuthenticationUnsuccessful"}, 403), Reconnect),
    ("400", Reply({"ErrorNumber": 10, "Elements": [{"ValidationErrors": [{"Message": "no"}]}]},
                  400), Refused),
    ("404", Reply(b"cannot be found", 404), Refused),
    ("scope", Reply({"Detail": "AuthorizationUnsuccessful"}, 401), Refused),
]  # fmt: skip


@pytest.mark.parametrize("write", EFFECTS)
@pytest.mark.parametrize(("fault", "reply", "error"), FAULTS, ids=[it[0] for it in FAULTS])
def test_a_fault_costs_one_request_and_says_what_to_do(
    host: Host, write: str, fault: str, reply: Reply, error: type[LedgerError]
) -> None:
    draft = compose(host, EFFECTS[write])
    assert host.writes() == []
    host.reply(reply)
    with pytest.raises(error):
        host.writer().send(draft, "key-1")
    (sent,) = host.writes()
    assert sent.headers["idempotency-key"] == "key-1"
    assert sent.body == draft.body


@pytest.mark.parametrize("write", EFFECTS)
def test_a_write_is_sent_again_only_where_its_token_was_turned_away(host: Host, write: str) -> None:
    draft = compose(host, EFFECTS[write])
    host.reply(Reply({"Detail": "TokenExpired"}, 401), listed("Payments", {"PaymentID": "y1"}))
    assert host.writer().send(draft, "key-1") == "y1"
    first, second = host.writes()
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "key-1"


@pytest.mark.parametrize("write", EFFECTS)
def test_a_host_that_cannot_be_reached_leaves_nothing_done(host: Host, write: str) -> None:
    draft = compose(host, EFFECTS[write])
    writer = host.writer()
    host.stop()
    with pytest.raises(TryLater):
        writer.send(draft, "key-1")
    assert host.writes() == []
