"""What passed between us and a customer: all of it, in one list, on both databases."""

from __future__ import annotations

from datetime import timedelta

from connector import audit
from connector.correspondence import tracking
from connector.correspondence.tracking import Event, Kind
from connector.customers import timeline
from connector.decided import customer_answers
from connector.deps import Deps
from connector.outgoing import intents
from providers.messages import Reply
from tests.connector.remembered import JANE, OTHER, company


def told(deps: Deps, connection_id: int) -> list[str]:
    with deps.reading() as tx:
        found = timeline.of(tx, connection_id, JANE.customer_id)
    return [f"{one.what} | {one.words}" for one in found.happenings]


def test_mails_texts_letters_answers_and_signs_stand_in_one_list(both: Deps) -> None:
    connection_id = company(both)
    found = told(both, connection_id)
    text = "\n".join(found)
    for part in (
        f"E-mail to {JANE.email} | A word, {JANE.name}", f"Text message to {JANE.phone} | Hello",
        "Letter 1 on paper, the reminder about USD 100.00: made to be printed",
        "Letter 1 on paper, the reminder about USD 100.00: posted, as ann says",
        f"Answer from {JANE.email} | Re: quokka. This is quokka", "opened (unreliable)",
    ):  # fmt: skip
        assert part in text, part
    assert not [trace for trace in OTHER.traces if trace in text]


def test_the_newest_comes_first_and_each_leads_to_its_decision(both: Deps) -> None:
    connection_id, now = company(both), both.now()
    mail = f"<mail-{JANE.customer_id}>"
    with both.writing() as tx:
        tracking.note(tx, connection_id, Event(
            mail, JANE.email, Kind.BOUNCE, now + timedelta(hours=1), detail="no such user",
        ))  # fmt: skip
        customer_answers.keep(tx, connection_id, JANE.customer_id, Reply(
            "<late>", (), JANE.email, "Re", "We pay", now + timedelta(hours=2), False
        ))  # fmt: skip
    with both.reading() as tx:
        answer, bounce, *older = timeline.of(tx, connection_id, JANE.customer_id).happenings
    assert (answer.is_answer, answer.decision_id, answer.words) == (True, None, "Re. We pay")
    assert (bounce.what, bounce.decision_id) == (
        f"returned for good: no such user ({JANE.email})",
        1,
    )
    assert all(one.decision_id == 1 for one in older if not one.is_answer)


def test_what_a_person_did_at_a_step_stands_there_too(both: Deps) -> None:
    connection_id = company(both)
    with both.writing() as tx:
        for customer_id in (JANE.customer_id, OTHER.customer_id):
            audit.add(
                tx, connection_id, at=both.now() + timedelta(days=1), actor="ann",
                event="call.done", about=f"customer:{customer_id}/USD", decision_id=1,
                amount=f"USD 100.00 of {customer_id}",
            )  # fmt: skip
    assert told(both, connection_id)[0] == (
        "A person called the customer about USD 100.00 of c1: ann | "
    )


def test_a_mail_that_did_not_go_out_is_not_told_as_sent(both: Deps) -> None:
    connection_id = company(both)
    with both.writing() as tx:
        (intent,) = intents.of_keys(tx, connection_id, [f"mail-{JANE.customer_id}"])
        intents.end(tx, intent, intents.Step.PERSON, "time-out", now=both.now())
    mail = f"E-mail to {JANE.email}: nobody knows whether it went out"
    assert any(one.startswith(mail) for one in told(both, connection_id))


def test_older_ones_are_left_out_and_said_to_be(both: Deps) -> None:
    connection_id, now = company(both), both.now()
    with both.writing() as tx:
        for minute in range(timeline.SHOWN_MAX):
            tracking.note(tx, connection_id, Event(
                f"<mail-{JANE.customer_id}>", JANE.email, Kind.OPEN,
                now + timedelta(minutes=minute + 1),
            ))  # fmt: skip
    with both.reading() as tx:
        found = timeline.of(tx, connection_id, JANE.customer_id)
        nobody = timeline.of(tx, connection_id + 1, JANE.customer_id)
    assert (len(found.happenings), found.more) == (timeline.SHOWN_MAX, True)
    assert (nobody.happenings, nobody.more) == ([], False)
