"""From a mail to the account page: what a customer says there decides what is sent next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from connector.commitments import promises
from connector.commitments.promises import Kept, State
from connector.correspondence import tracking
from connector.disputed import disputes
from connector.disputed.disputes import Dispute, Source, Type
from connector.mirroring import mirror
from providers.ledger import Kind
from providers.simulated.store import Doc
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.post import BROWSER, PUBLIC, Post, open_post
from tests.simulation.universe import save_policy

pytestmark = pytest.mark.either_ledger

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Desk:
    """What a customer does at its account page."""

    post: Post

    @property
    def firm(self) -> Firm:
        return self.post.firm

    def url(self, mail: Doc) -> str:
        found = re.search(rf"{PUBLIC}(/account/[0-9a-f]{{40}})\s", mail["text"])
        assert found, "the mail holds no link to the account page"
        assert found[1] in mail["html"]
        return found[1]

    def page(self, path: str) -> str:
        self.firm.pass_time(minutes=2)
        answer = self.post.web.get(path, headers={"User-Agent": BROWSER}, base_url=PUBLIC)
        assert answer.status_code == 200
        return answer.text

    def send(self, path: str, form: str, **fields: object) -> TestResponse:
        """Without the second look."""
        token = TOKEN.search(self.page(path))
        assert token
        return self.post.web.post(
            f"{path}/{form}", data={"csrf_token": token[1], **fields},
            headers={"User-Agent": BROWSER}, base_url=PUBLIC,
        )  # fmt: skip

    def promise(
        self, path: str, days: int, *, amount: str = "120.00", **more: object
    ) -> TestResponse:
        fields = {"invoice": self.ids(), "day": self.day(days), "amount": amount}
        return self.send(path, "promise", **fields | more)

    def day(self, days: int) -> str:
        return str(self.firm.today + timedelta(days=days))

    def ids(self) -> list[str]:
        """Of all open invoices."""
        with self.firm.deps.reading() as tx:
            return sorted(mirror.open_ids(tx, self.firm.connection_id, Kind.INVOICE))

    def promised(self) -> list[Kept]:
        with self.firm.deps.reading() as tx:
            return promises.listed(tx, self.firm.connection_id)

    def disputed(self) -> list[Dispute]:
        with self.firm.deps.reading() as tx:
            return disputes.listed(tx, self.firm.connection_id)


@pytest.fixture
def desk(open_firm: Opens, ledger: str) -> Desk:
    return Desk(open_post(open_firm, ledger, portal=True))


def remind(desk: Desk, amount: str = "120.00") -> str:
    """Ash owes and is written to; where its mail leads."""
    firm = desk.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", amount, late_days=1)
    firm.pass_days(3)
    (mail,) = firm.mails()
    return desk.url(mail)


def test_after_a_promise_on_the_page_nothing_is_sent_before_its_day_and_the_grace(
    desk: Desk,
) -> None:
    path = remind(desk)
    seen = desk.promise(path, 20)
    assert "You will pay $120.00 by" in seen.text
    assert desk.promised() == [], "it was not confirmed yet"
    done = desk.promise(path, 20, confirmed="yes", words="cash flow")
    assert done.status_code == 303
    assert "do not remind you before that day" in desk.page(done.headers["Location"])
    (kept,) = desk.promised()
    assert (kept.source, kept.words, kept.by) == ("customer", "cash flow", "the customer")
    due = kept.promise.on
    while desk.firm.today <= due:
        desk.firm.pass_days(1)
        assert len(desk.firm.mails()) == 1 or desk.firm.today > due
    desk.firm.pass_days(4)
    assert len(desk.firm.mails()) == 2
    assert f"promised for {due:%B} {due.day}" in desk.firm.mails()[1]["subject"]


def test_after_a_dispute_on_the_page_the_next_reminder_asks_for_the_rest(desk: Desk) -> None:
    path = remind(desk, "1000.00")
    (invoice,) = desk.ids()
    fields = {"invoice": invoice, "type": "quality", "amount": "200", "words": "two <b>wet</b>"}
    seen = desk.send(path, "dispute", **fields)
    assert "You do not agree with $200.00 of invoice INV-1: I am not satisfied" in seen.text
    assert "two &lt;b&gt;wet&lt;/b&gt;" in seen.text
    assert desk.disputed() == []
    assert desk.send(path, "dispute", **fields, confirmed="yes").status_code == 303
    (kept,) = desk.disputed()
    claim = kept.claim
    assert (str(claim.amount), claim.type, claim.words, claim.source) == (
        "USD 200.00", Type.QUALITY, "two <b>wet</b>", Source.CUSTOMER,
    )  # fmt: skip
    assert f"$200.00 of it is being clarified (case {kept.number})" in desk.page(path)
    desk.firm.pass_days(10)
    text = " ".join(desk.firm.mails()[-1]["text"].split())
    assert len(desk.firm.mails()) == 2
    assert f"left out $200.00, which is still being clarified as case {kept.number}" in text
    assert "Total to pay $800.00" in text
    assert any(kept.number in asked.summary for asked in desk.firm.asked())


@pytest.mark.parametrize(("days", "amount", "told"), [
    (-1, "120.00", "That day is past"),
    (31, "120.00", "Choose a day until"),
    (5, "0", "Write an amount above 0"),
    (5, "-3", "Write an amount above 0"),
    (5, "1e400", "Write an amount above 0"),
    (5, "NaN", "Write an amount above 0"),
    (5, "120.01", "at most $120.00 can be promised"),
])  # fmt: skip
def test_what_cannot_be_promised_is_told_and_not_kept(
    open_firm: Opens, days: int, amount: str, told: str
) -> None:
    desk = Desk(open_post(open_firm, "quickbooks", portal=True))
    path = remind(desk)
    answer = desk.promise(path, days, amount=amount, confirmed="yes")
    assert answer.status_code == 422
    assert told in answer.text
    assert desk.promised() == []


def test_one_invoice_has_one_promise_at_a_time(desk: Desk) -> None:
    path = remind(desk)
    desk.promise(path, 5, confirmed="yes")
    again = desk.promise(path, 30, confirmed="yes")
    assert "You have told us a day for INV-1 already" in again.text
    assert len(desk.promised()) == 1


def test_after_a_broken_promise_a_person_decides_and_reminders_go_on(desk: Desk) -> None:
    path = remind(desk)
    desk.promise(path, 2, confirmed="yes")
    desk.firm.pass_days(8)
    assert [it.state for it in desk.promised()] == [State.BROKEN]
    before = len(desk.firm.mails())
    done = desk.promise(path, 20, confirmed="yes", words="this time <i>really</i>")
    assert done.headers["Location"].endswith("done=asked")
    assert len(desk.promised()) == 1
    (asked,) = desk.firm.asked()
    assert "Ash offers to pay USD 120.00 by" in asked.summary
    assert 'did not keep: "this time <i>really</i>"' in asked.summary
    twice = desk.promise(path, 20, confirmed="yes")
    assert twice.status_code == 422
    assert len(desk.firm.asked()) == 1
    desk.firm.pass_days(12)
    assert len(desk.firm.mails()) > before


def test_so_much_is_taken_in_a_day_and_no_more(open_firm: Opens) -> None:
    desk = Desk(open_post(open_firm, "quickbooks", portal=True))
    path = remind(desk, "1000.00")
    fields = {"invoice": desk.ids()[0], "type": "price", "amount": "1", "words": "no"}
    answers = [desk.send(path, "dispute", **fields, confirmed="yes") for _ in range(11)]
    assert [it.status_code for it in answers] == [303] * 10 + [422]
    assert "You have told us a lot today" in answers[-1].text
    assert len(desk.disputed()) == 10
    desk.firm.pass_time(hours=25)
    assert desk.send(path, "dispute", **fields, confirmed="yes").status_code == 303


@pytest.mark.parametrize(("fields", "told"), [
    ({"type": "quality", "words": "x", "invoice": "nobody's"}, "Choose one invoice or more"),
    ({"type": "fraud", "words": "x"}, "Choose what is wrong"),
    ({"type": "quality", "words": " \n\x00"}, "in a few words what is wrong"),
    ({"type": "quality", "words": "x" * 1001}, "at most 1000 characters"),
    ({"type": "quality", "words": "x", "amount": "120.01"}, "at most $120.00 of INV-1 is not"),
])  # fmt: skip
def test_what_cannot_be_disputed_is_told_and_not_kept(
    open_firm: Opens, fields: dict[str, str], told: str
) -> None:
    desk = Desk(open_post(open_firm, "xero", portal=True))
    path = remind(desk)
    answer = desk.send(path, "dispute", **{"invoice": desk.ids()[0], "confirmed": "yes", **fields})
    assert answer.status_code == 422
    assert told in answer.text
    assert desk.disputed() == []


def test_looking_is_a_sign_and_changes_nothing_else(desk: Desk) -> None:
    path = remind(desk)
    before = [entry.event for entry in desk.firm.log()]
    for tail in ("", "/promise", "/dispute", "/statement.pdf"):
        desk.firm.pass_time(minutes=2)
        desk.post.get(f"{path}{tail}?confirmed=yes&amount=120&day={desk.day(3)}")
    assert desk.promised() == []
    assert desk.disputed() == []
    assert [entry.event for entry in desk.firm.log()] == before
    (mail,) = desk.firm.mails()
    assert [event.words for event in desk.post.became(mail).events] == [
        "looked at the account page",
    ]  # fmt: skip
    with desk.firm.deps.reading() as tx:
        found = tracking.read(tx, desk.firm.connection_id, list(desk.firm.plan()))
    assert [signs.clicked for signs in found.signs.values()] == [1]
    (visits,) = found.visits.values()
    assert [times for times, _ in visits] == [1]


def test_going_to_pay_from_the_page_is_a_payment_that_was_begun(open_firm: Opens) -> None:
    desk = Desk(open_post(open_firm, "xero", portal=True))
    path = remind(desk)
    (invoice,) = desk.ids()
    assert f"{path}/pay/{invoice}" in desk.page(path)
    desk.firm.pass_time(minutes=2)
    answer = desk.post.get(f"{path}/pay/{invoice}")
    assert answer.status_code == 302
    assert PUBLIC not in answer.headers["Location"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert desk.post.get(f"{path}/pay/other").status_code == 404
    desk.firm.pass_days(12)
    assert "Did the payment page of invoice INV-1 work?" in desk.firm.mails()[1]["subject"]


def test_where_it_is_off_no_mail_has_the_link_and_the_page_is_not_there(open_firm: Opens) -> None:
    desk = Desk(open_post(open_firm, "quickbooks", portal=True))
    path = remind(desk)
    save_policy(desk.firm.universe, "quickbooks", portal=False)
    assert desk.post.get(path).status_code == 404
    assert desk.post.web.post(f"{path}/promise", data={"confirmed": "yes"}).status_code == 404
    desk.firm.pass_days(10)
    assert "/account/" not in desk.firm.mails()[-1]["text"] + desk.firm.mails()[-1]["html"]


def test_a_link_ends_after_its_days_and_when_it_is_revoked(open_firm: Opens) -> None:
    desk = Desk(open_post(open_firm, "quickbooks", portal=True, portal_link_days=30))
    path = remind(desk)
    desk.firm.pass_days(29)
    assert desk.post.get(path).status_code == 200
    newer = desk.url(desk.firm.mails()[-1])
    desk.firm.pass_days(2)
    gone = desk.post.get(path)
    assert gone.status_code == 404
    assert "This link no longer works. Please use the link in our newest message" in gone.text
    assert desk.post.get(newer).status_code == 200
    (customer,) = desk.firm.plan()
    with desk.firm.deps.writing() as tx:
        assert tracking.revoke(tx, desk.firm.connection_id, customer, at=desk.firm.deps.now()) > 1
    assert desk.post.get(newer).status_code == 404


def test_one_customer_sees_and_says_nothing_about_another(open_firm: Opens) -> None:
    desk = Desk(open_post(open_firm, "quickbooks", portal=True))
    path = remind(desk)
    other = desk.firm.owe(desk.firm.books.customer("Birch"), "INV-9", "77.00", late_days=1)
    desk.firm.pass_time(minutes=20)
    assert "INV-9" not in desk.page(path)
    for form, fields in (
        ("promise", {"day": desk.day(3), "amount": "77"}),
        ("dispute", {"type": "price", "words": "x"}),
    ):
        answer = desk.send(path, form, invoice=other, confirmed="yes", **fields)
        assert answer.status_code == 422
    assert desk.post.get(f"{path}/pay/{other}").status_code == 404
    assert (desk.promised(), desk.disputed()) == ([], [])
