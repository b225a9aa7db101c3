"""A reminder from the question on the page to the message word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.correspondence import messages
from connector.rule_changes import allowing
from connector.rules.modes import Mode
from connector.rules.policy import Policy
from providers.simulated.serving import listen
from providers.simulated.smtp import MailServer
from tests.simulation import universe as one
from tests.simulation.books import books_of
from tests.ui_embed.books import OWNER, Shop, busy_shop
from tests.ui_embed.office import Office
from webhooks import parts


@pytest.fixture
def shop(desk: Office) -> Iterator[Shop]:
    """Birch owes 80.00 since some days, and reminders wait for a person."""
    with reminding(desk, "quickbooks") as made:
        yield made


@contextmanager
def reminding(desk: Office, ledger: str) -> Iterator[Shop]:
    with listen("127.0.0.1", 0) as bound:
        port = int(bound.getsockname()[1])
    made = busy_shop(desk, ledger)
    universe = desk.universe
    post = MailServer(universe.world, universe.vendors.simulation.mail, host="127.0.0.1", port=port)
    post.start()
    config = universe.deps.config.model_copy(update={"smtp_port": port})
    universe.deps = replace(universe.deps, config=config)
    parts.equip(desk.app, universe.deps)
    book = books_of(universe, ledger, made.realm)
    book.invoice(
        book.customer("Birch"), "1002", amount=Decimal("80.00"), issued=date(2026, 1, 20),
        due=date(2026, 2, 20),
    )  # fmt: skip
    universe.switch(ledger, remind=Mode.COPILOT)
    universe.settle()
    yield made
    post.stop()


def test_approving_a_reminder_sends_it_and_shows_it_word_for_word(shop: Shop) -> None:
    page = shop.owner.page("/clients/1")
    assert "Remind customers." in page
    assert "Birch" in page
    assert "Approve: Send the" in page
    assert 'href="/approvals/2/letter"' in page
    letter = shop.owner.get("/decisions/2/letter")
    told = " ".join(letter.get_data(as_text=True).split())
    assert "Hello Birch," in told
    assert "1002" in told
    assert "default-src 'none'" in letter.headers["Content-Security-Policy"]
    assert shop.stranger().get("/decisions/2/letter").status_code == 404
    for nothing in ("1", "99", str(10**30)):
        assert shop.owner.get(f"/decisions/{nothing}/letter").status_code == 404
    shop.owner.post("/approvals/2/approve", on="/clients/1", option="0")
    shop.tick()
    page = shop.owner.page("/clients/1")
    assert "message about USD 80.00: invoice 1002" in page
    assert '<strong><a href="/connections/1/customers/2">Birch</a>.</strong>' in page
    passed = " ".join(shop.owner.page("/connections/1/customers/2").split())
    assert "E-mail to pay@birch.example. <q>" in passed
    assert '<a href="/why/2">why: decision 2</a>' in passed
    page = shop.owner.page("/why/2")
    assert "The message, word for word" in page
    assert "pay@birch.example" in page
    assert "1002" in page
    assert len(shop.desk.universe.vendors.simulation.mail.messages()) == 1


def test_a_call_that_a_person_makes_comes_with_what_to_say(shop: Shop) -> None:
    call = {"name": "call", "offset_days": 5, "tone": "reminder", "do": "call"}
    rules = Policy.model_validate({"dunning": {"steps": [call]}})
    allowing.set_policy(shop.desk.universe.deps, 1, rules, by="ann")
    shop.tick()
    page = shop.owner.page("/clients/1")
    assert "What to say" in page
    assert '<button class="btn btn-success">I have called</button>' in page
    assert "Read the letter" not in page
    (asked,) = re.findall(r"/approvals/(\d+)/approve", page)[-1:]
    form = {"option": "0", "said": "we change <b>banks</b>", "pays_on": "2027-01-31"}
    shop.owner.post(f"/approvals/{asked}/approve", on="/clients/1", **form | {"pays_on": "x"})
    assert "Not done: &#39;x&#39; is no date" in shop.owner.page("/clients/1")
    shop.owner.post(f"/approvals/{asked}/approve", on="/clients/1", **form)
    passed = shop.owner.page("/connections/1/customers/2")
    assert passed.count("we change &lt;b&gt;banks&lt;/b&gt;") == 2, "the timeline and the promise"
    assert "USD 80.00 by 31 Jan 2027" in passed


def test_a_question_tells_how_much_is_late_and_where_no_step_is_left_what_can_be_done(
    shop: Shop,
) -> None:
    first = {"name": "first", "offset_days": 1, "tone": "reminder"}
    rules = Policy.model_validate({"dunning": {"steps": [first]}})
    allowing.set_policy(shop.desk.universe.deps, 1, rules, by="ann")
    shop.tick()
    page = shop.owner.page("/clients/1")
    assert "USD 80.00 overdue, the oldest" in page
    assert "no message or call so far." in page
    assert "What you can do:" not in page
    (asked,) = re.findall(r"/approvals/(\d+)/approve", page)[-1:]
    shop.owner.post(f"/approvals/{asked}/approve", on="/clients/1", option="0")
    for _ in range(3):
        shop.desk.universe.pass_time(timedelta(days=4))
        shop.tick()
    shop.owner.sign_in("quickbooks", OWNER)
    page = " ".join(shop.owner.page("/clients/1").split())
    assert "no step is left" in page
    assert "1 message or call so far, the last on" in page
    assert 'What you can do: <a href="/connections/1/customers/2#timeline">' in page


def test_what_became_of_a_message_stands_beside_it(shop: Shop) -> None:
    universe = shop.desk.universe
    one.save_policy(universe, "quickbooks", track_opens=True)
    config = universe.deps.config.model_copy(update={"base_url": "https://ar.cedar.example"})
    universe.deps = replace(universe.deps, config=config)
    parts.equip(shop.desk.app, universe.deps)
    shop.tick()
    (asked,) = re.findall(r"/approvals/(\d+)/approve", shop.owner.page("/clients/1"))[-1:]
    shop.owner.post(f"/approvals/{asked}/approve", on="/clients/1", option="0")
    shop.tick()
    (mail,) = universe.vendors.simulation.mail.messages()
    picture = re.search(r"/t/\w+\.gif", mail["html"])
    assert picture
    universe.pass_time(timedelta(minutes=2))
    stranger = shop.desk.visitor()
    answer = stranger.get(picture[0], headers={"User-Agent": "Mozilla/5.0 (X11) Firefox/140.0"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    page = shop.owner.page(why_of(shop))
    assert "opened (unreliable)" in page
    assert "by a machine" not in page
    assert "Not available, because it was not tracked: clicks on pay links." in page


def why_of(shop: Shop) -> str:
    """The page about the only message."""
    with shop.desk.universe.deps.reading() as tx:
        (message,) = messages.sent(tx, shop.desk.universe.connections["quickbooks"])
    return f"/why/{message.decision_id}"


def test_leaving_a_reminder_sends_nothing(shop: Shop) -> None:
    shop.owner.post("/approvals/2/reject", on="/clients/1")
    shop.tick()
    assert shop.desk.universe.vendors.simulation.mail.messages() == []
    assert "Left as it is." in shop.owner.page("/clients/1")
