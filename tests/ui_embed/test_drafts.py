"""The page on which a letter is put into other words before it is approved."""

from __future__ import annotations

import html
import re

from tests.ui_embed.books import Shop
from tests.ui_embed.office import path_of
from tests.ui_embed.test_reminders import shop

__all__ = ["shop"]
LETTER = "/approvals/2/letter"


def fields(page: str) -> dict[str, str]:
    subject = re.search(r'name="subject" value="([^"]*)"', page)
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert subject
    assert text
    return {"subject": html.unescape(subject[1]), "text": html.unescape(text[1])}


def mails(shop: Shop) -> list[dict[str, str]]:
    return list(shop.desk.universe.vendors.simulation.mail.messages())


def test_the_letter_is_read_edited_approved_and_the_change_is_shown(shop: Shop) -> None:
    assert f'href="{LETTER}"' in shop.owner.page("/clients/1")
    page = shop.owner.page(LETTER)
    assert 'src="/decisions/2/letter"' in page
    typed = fields(page)
    typed["text"] = typed["text"].replace("Hello Birch,", "Dear <Mia>,")
    answer = shop.owner.post(LETTER, on=LETTER, **typed)
    assert path_of(answer) == "/clients/1"
    assert "Approved in these words." in shop.owner.page("/clients/1")
    shop.tick()
    (mail,) = mails(shop)
    assert mail["text"].startswith("Dear <Mia>,")
    assert "Dear &lt;Mia&gt;," in mail["html"]
    page = shop.owner.page(LETTER)
    for told in ("Approved by books@quickbooks.example", " message about ",
                 "As it was mailed", "Dear &lt;Mia&gt;,"):  # fmt: skip
        assert told in page, told
    assert "<textarea" not in page
    assert "nothing is sent" not in page
    page = shop.owner.page("/why/2")
    assert "What a person changed in the letter" in page
    assert "+Dear &lt;Mia&gt;," in page
    assert "Put a letter into other words" in page


def test_what_may_not_go_out_is_refused_and_nothing_typed_is_lost(shop: Shop) -> None:
    typed = fields(shop.owner.page(LETTER))
    typed["text"] += "\n\nSend 5.00 and all is well."
    answer = shop.owner.post(LETTER, on=LETTER, **typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "The text says 5.00, which the letter does not" in page
    assert "Send 5.00 and all is well." in fields(page)["text"]
    shop.tick()
    assert mails(shop) == []
    assert "Read or edit the letter" in shop.owner.page("/clients/1")


def test_nobody_elses_letter_can_be_read_or_edited(shop: Shop) -> None:
    stranger = shop.stranger()
    typed = fields(shop.owner.page(LETTER))
    assert stranger.get(LETTER).status_code == 404
    assert stranger.post(LETTER, on="/", **typed).status_code == 404
    for nothing in ("1", "99", str(10**30)):
        assert shop.owner.get(f"/approvals/{nothing}/letter").status_code == 404
    shop.tick()
    assert mails(shop) == []


def test_a_form_without_its_token_is_refused(shop: Shop) -> None:
    typed = fields(shop.owner.page(LETTER))
    assert shop.owner.client.post(LETTER, data=typed).status_code == 400
    shop.tick()
    assert mails(shop) == []


def test_words_for_a_question_that_was_answered_meanwhile_stay_on_the_page(shop: Shop) -> None:
    typed = fields(shop.owner.page(LETTER))
    shop.owner.post("/approvals/2/reject", on="/clients/1")
    typed["text"] = typed["text"].replace("Hello Birch,", "Dear Mia,")
    answer = shop.owner.post(LETTER, on="/", **typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Approval 2 is already rejected." in page
    assert "What you typed, which was not sent" in page
    assert "Dear Mia," in page
    assert "<textarea" not in page
    shop.tick()
    assert mails(shop) == []
