"""Leaving the list, and mail that comes back: an address is stopped at once, a person is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.correspondence.tracking import Kind
from connector.decided import customer_answers, holds
from connector.inbound import replies
from connector.recipients import consents
from connector.recipients.contacts import Contact, Role, add
from connector.rules.modes import Capability
from dunning.customer.channels import Channel
from providers.simulated.store import Doc
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.post import PUBLIC, Post, leave_link, open_post

ASH = "pay@ash.example"
STEPS = [{"name": f"step {day}", "offset_days": day, "tone": "reminder"} for day in (1, 8, 15, 22)]


@pytest.fixture
def post(open_firm: Opens) -> Post:
    return open_post(open_firm, "quickbooks", steps=STEPS)


def remind(post: Post) -> Doc:
    firm = post.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=1)
    firm.pass_time(minutes=20)
    return firm.mails()[-1]


def know(firm: Firm, email: str, role: Role = Role.DUNNING) -> None:
    """A second person at the only customer."""
    (customer,) = firm.plan()
    contact = Contact(customer, role, email=email)
    with firm.deps.writing() as tx:
        add(tx, firm.connection_id, contact, by="ann", at=firm.deps.now())


def is_stopped(firm: Firm, address: str = ASH) -> bool:
    with firm.deps.reading() as tx:
        return consents.suppressed(tx, firm.connection_id, Channel.EMAIL, address)


def tasks(firm: Firm) -> list[str]:
    return [it.summary for it in firm.asked() if it.capability == Capability.REMIND]


def test_a_reminder_says_in_its_head_how_to_leave(post: Post) -> None:
    headers = dict(remind(post)["headers"])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    by_web, by_mail = headers["List-Unsubscribe"].split(", ")
    assert by_web.startswith(f"<{PUBLIC}/leave/")
    assert by_mail.startswith("<mailto:ar@localhost?subject=unsubscribe%20")


def test_without_an_address_that_the_world_can_reach_there_is_no_such_head(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes={"remind": "autopilot"}, dunning={"steps": STEPS})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=1)
    firm.pass_time(minutes=20)
    assert "List-Unsubscribe" not in dict(firm.mails()[0]["headers"])


def test_one_click_stops_e_mail_at_once_and_becomes_a_task(post: Post) -> None:
    mail = remind(post)
    answer = post.leave(mail)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert is_stopped(post.firm)
    assert post.leave(mail).status_code == 200, "twice is not an error"
    (task,) = tasks(post.firm)
    assert f"Ash: {ASH} asked for no more reminders by e-mail" in task
    assert [event.kind for event in post.became(mail).events] == [Kind.UNSUBSCRIBE]
    post.firm.pass_days(10)
    assert len(post.firm.mails()) == 1
    assert any("no e-mail address that can be used" in task for task in tasks(post.firm))


def test_looking_at_the_page_changes_nothing_and_its_button_stops_one_address(post: Post) -> None:
    firm = post.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    firm.settle()
    for email in ("ann@ash.example", "bob@ash.example"):
        know(firm, email)
    firm.pass_days(12)
    mail = firm.mails()[-1]
    assert mail["recipients"] == ["ann@ash.example", "bob@ash.example"]
    page = post.get(leave_link(mail))
    assert page.status_code == 200
    assert "Stop reminders to bob@ash.example" in page.text
    assert "Ledgerhand" not in page.text
    post.get(leave_link(mail), method="HEAD")
    assert not is_stopped(firm, "bob@ash.example")
    assert post.leave(mail, address="stranger@ash.example").status_code == 400
    assert post.leave(mail, address="bob@ash.example").status_code == 200
    assert is_stopped(firm, "bob@ash.example")
    assert not is_stopped(firm, "ann@ash.example")
    assert not is_stopped(firm, "stranger@ash.example")
    firm.pass_days(10)
    assert firm.mails()[-1]["recipients"] == ["ann@ash.example"]


def test_a_program_that_names_nobody_stops_all_whom_the_mail_went_to(post: Post) -> None:
    firm = post.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    firm.settle()
    for email in ("ann@ash.example", "bob@ash.example"):
        know(firm, email)
    firm.pass_days(12)
    post.leave(firm.mails()[-1])
    assert is_stopped(firm, "ann@ash.example")
    assert is_stopped(firm, "bob@ash.example")
    firm.pass_days(10)
    assert firm.mails()[-1]["recipients"] == [ASH], "the ledger's own address said nothing"


@pytest.mark.parametrize("path", ["/leave/0123", "/leave/%00", "/t/0123", "/leave/é"])
def test_a_guessed_address_is_nothing(post: Post, path: str) -> None:
    assert post.get(path).status_code == 404
    assert post.web.post(path).status_code in (404, 405)


@pytest.mark.parametrize(("words", "stops"), [
    ("Stop", True), ("UNSUBSCRIBE!", True), ("opt out", True), ("We stop paying you.", False),
])  # fmt: skip
def test_a_no_as_an_answer_counts_at_once(post: Post, words: str, stops: bool) -> None:
    mail = remind(post)
    raw = (
        f"From: Ash <{ASH}>\r\nMessage-ID: <a1@ash.example>\r\n"
        f"In-Reply-To: {mail['message_id']}\r\n\r\n{words}\r\n"
    )
    replies.accept(post.firm.deps, raw.encode())
    assert is_stopped(post.firm) is stops


@pytest.mark.parametrize("fixture", ["postfix_hard", "exchange", "exchange_plain", "gmail", "exim"])
def test_an_address_that_does_not_work_is_written_to_no_more(post: Post, fixture: str) -> None:
    mail = remind(post)
    post.receive(fixture, mail, ann=ASH)
    assert is_stopped(post.firm)
    (task,) = tasks(post.firm)
    assert f"Ash: {ASH} does not take mail: " in task
    (event,) = post.became(mail).events
    assert event.kind is Kind.BOUNCE
    assert event.detail in task
    post.firm.pass_days(10)
    assert len(post.firm.mails()) == 1


def test_the_next_address_is_written_to_instead(post: Post) -> None:
    firm = post.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    firm.settle()
    know(firm, "ann@ash.example")
    firm.pass_days(12)
    post.receive("postfix_hard", firm.mails()[-1], **{
        "ann@maple.example": "ann@ash.example", "Ann@Maple.example": "ann@ash.example",
    })  # fmt: skip
    firm.pass_days(10)
    to = [mail["recipients"] for mail in firm.mails()]
    assert to == [["ann@ash.example"], [ASH], [ASH]], "the same step at once, and the one after it"


def test_mail_that_is_delayed_three_times_in_a_row_counts_as_never(post: Post) -> None:
    mails = []
    for number in range(3):
        assert not is_stopped(post.firm)
        mails.append(remind(post) if not mails else post.firm.mails()[-1])
        post.receive("postfix_delayed", mails[-1], ann=ASH)
        post.receive("postfix_delayed", mails[-1], ann=ASH)
        if number < 2:
            post.firm.pass_days(7)
    assert len({mail["message_id"] for mail in mails}) == 3
    assert is_stopped(post.firm)
    assert "did not take 3 messages in a row" in tasks(post.firm)[0]


def test_a_message_that_arrived_in_between_begins_the_row_anew(post: Post) -> None:
    post.receive("postfix_delayed", remind(post), ann=ASH)
    post.firm.pass_days(7)
    post.firm.pass_days(7)
    post.receive("postfix_delayed", post.firm.mails()[-1], ann=ASH)
    post.firm.pass_days(7)
    post.receive("postfix_delayed", post.firm.mails()[-1], ann=ASH)
    assert len(post.firm.mails()) == 4
    assert not is_stopped(post.firm)


def test_a_complaint_stops_who_made_it(post: Post) -> None:
    mail = remind(post)
    post.receive("complaint", mail, **{"Ann@maple.example": ASH})
    assert is_stopped(post.firm)
    assert "reported a reminder as spam" in tasks(post.firm)[0]
    assert [event.kind for event in post.became(mail).events] == [Kind.COMPLAINT]


def test_a_report_about_a_message_that_was_never_sent_stops_nobody(post: Post) -> None:
    mail = remind(post)
    post.receive("postfix_hard", mail | {"message_id": "<guessed@localhost>"}, ann=ASH)
    assert not is_stopped(post.firm)
    assert tasks(post.firm) == []


def test_a_report_about_somebody_else_asks_a_person_and_stops_nobody(post: Post) -> None:
    firm = post.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    firm.settle()
    for email in ("ann@ash.example", "bob@ash.example"):
        know(firm, email)
    firm.pass_days(12)
    post.receive("exim", firm.mails()[-1])
    assert not is_stopped(firm, "ann@maple.example")
    assert "did not reach ann@maple.example" in tasks(firm)[0]


def test_an_absent_person_stays_on_the_list(post: Post) -> None:
    mail = remind(post)
    post.receive("out_of_office", mail, ann=ASH)
    assert not is_stopped(post.firm)
    assert post.became(mail).events == ()


PASSED = "mx.us.example; dmarc=pass header.from=ash.example"
FAILED = "mx.us.example; spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=ash.example"
OTHERS = "mx.evil.example; dmarc=pass header.from=ash.example"


@pytest.mark.parametrize(("server", "results", "names_ours", "counts"), [
    ("mx.us.example", PASSED, False, True), ("mx.us.example", FAILED, False, False),
    ("mx.us.example", OTHERS, False, False), ("mx.us.example", FAILED, True, True),
    ("", "", False, True), ("", FAILED, False, False),
])  # fmt: skip
def test_a_no_that_names_no_message_of_ours_counts_only_from_a_proven_sender(
    post: Post, server: str, results: str, *, names_ours: bool, counts: bool
) -> None:
    mail, firm = remind(post), post.firm
    config = firm.deps.config.model_copy(update={"mail_auth_server": server})
    named = f"In-Reply-To: {mail['message_id']}\r\n" if names_ours else ""
    raw = (
        f"Authentication-Results: {results}\r\nFrom: {ASH}\r\nTo: ar@localhost\r\n{named}"
        "Message-ID: <s@evil.example>\r\nSubject: hello\r\n\r\nstop\r\n"
    )
    replies.accept(replace(firm.deps, config=config), raw.encode())
    assert is_stopped(firm) is counts
    (task,) = tasks(firm)
    if not counts:
        assert task == (
            f"Ash: a mail from {ASH} says stop, and nothing proves that they wrote it; it is still"
            f" written to; if they want no more, `ledgerhand consent revoke CLIENT --email {ASH}`"
            " stops it"
        )
        with firm.deps.reading() as tx:
            (held,) = holds.of_kind(tx, firm.connection_id, holds.REPLY, firm.deps.now())
        firm.pass_days(8)
        assert len(firm.mails()) == 1, "it holds until a person has read it"
        customer_answers.read(firm.deps, firm.connection_id, held.id, by="ann")
        firm.pass_days(1)
        assert len(firm.mails()) == 2, "and then the address is written to"


@pytest.mark.parametrize(("server", "results", "counts"), [
    ("mx.us.example", FAILED, False), ("mx.us.example", OTHERS, False), ("", FAILED, False),
    ("mx.us.example", PASSED, True), ("", "", True),
])  # fmt: skip
def test_a_no_that_names_what_another_got_is_the_sender_s_only_where_it_is_proven(
    post: Post, server: str, results: str, *, counts: bool
) -> None:
    remind(post)
    firm = post.firm
    firm.owe(firm.books.customer("Mallory"), "INV-2", late_days=1)
    firm.pass_time(minutes=20)
    mail = firm.mails()[-1]
    config = firm.deps.config.model_copy(update={"mail_auth_server": server})
    raw = (
        f"Authentication-Results: {results}\r\nFrom: {ASH}\r\nTo: ar@localhost\r\n"
        f"In-Reply-To: {mail['message_id']}\r\nMessage-ID: <s@evil.example>\r\n\r\nstop\r\n"
    )
    replies.accept(replace(firm.deps, config=config), raw.encode())
    assert is_stopped(firm) is counts
    assert is_stopped(firm, "pay@mallory.example"), "whoever names it has read it"
    told = f"a mail from {ASH} says stop, and nothing proves that they wrote it"
    assert any(told in task for task in tasks(firm)) is not counts
