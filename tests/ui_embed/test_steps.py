"""The steps of a policy as a form: shown, changed through the preview, refused with each fault."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from connector import allowing, policy
from connector.policy import Policy
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import CSRF, Office, read_at
from ui_embed import steps

PAGE = "/clients/1/policy"
OWN: dict[str, Any] = {
    "matching": {"apply_by": ["exact", "spelling"]},
    "dunning": {
        "steps": [
            {"name": "upcoming", "offset_days": -5, "tone": "upcoming"},
            {"name": "call", "offset_days": 9, "tone": "direct", "do": "call", "draft": True,
             "channels": ["text", "email"], "mode": "copilot", "minimum": {"USD": "50.5"}},
        ],
        "segments": [{"name": "few", "when": {}, "change": {"steps": [
            {"name": "late", "offset_days": 30, "tone": "final"}]}}],
    },
}  # fmt: skip


@pytest.fixture
def shop(desk: Office) -> Shop:
    made = busy_shop(desk)
    rules = Policy.model_validate(OWN)
    allowing.set_policy(desk.universe.deps, 1, rules, by="ann", reason="tests")
    return made


def in_force(shop: Shop) -> policy.Version:
    with shop.desk.universe.deps.reading() as tx:
        return policy.current(tx, 1)


def rows(shop: Shop) -> dict[str, list[str]]:
    """What the form holds, column by column."""
    found = steps.of(in_force(shop).policy).rows
    return {name: [getattr(row, name) for row in found] for name in steps.NAMES}


def send(shop: Shop, form: dict[str, list[str]]) -> TestResponse:
    page = shop.owner.page(PAGE)
    token = CSRF.search(page)
    assert token
    given = {"csrf_token": token[1], **read_at(page), **form}
    return shop.owner.client.post(f"{PAGE}/steps", data=given)


def document(page: str) -> str:
    (text,) = re.findall(r'id="document"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return html.unescape(text)


def test_the_form_holds_every_step_as_it_is(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    for told in ('name="name" value="call"', 'name="offset_days" value="-5"',
                 '<option value="text, email" selected>', 'name="minimum" value="USD 50.5"',
                 '<option value="copilot" selected>', '<option value="yes" selected>',
                 "One more step (4)"):  # fmt: skip
        assert told in page, told
    answer = send(shop, rows(shop))
    assert "It says the same as the policy in force." in answer.text
    assert in_force(shop).number == 1


def test_a_step_is_added_changed_and_taken_out_through_the_preview(shop: Shop) -> None:
    form = rows(shop)
    form["name"][0] = ""
    form["offset_days"][1], form["minimum"][1] = "12", "usd 60, EUR 55"
    form["name"][2], form["offset_days"][2], form["tone"][2] = "friendly", "3", "friendly"
    answer = send(shop, form)
    assert "Nothing is saved yet." in answer.text
    assert "<code>dunning.steps.friendly.tone</code>" in answer.text
    assert in_force(shop).number == 1
    shop.owner.post(PAGE, on=PAGE, document=document(answer.text), reason="")
    rules = in_force(shop).policy
    assert [(it.name, it.offset_days) for it in rules.dunning.steps] == [
        ("friendly", 3), ("call", 12),
    ]  # fmt: skip
    assert {name: str(least) for name, least in rules.dunning.steps[1].minimum.items()} == {
        "USD": "60", "EUR": "55",
    }  # fmt: skip
    before = Policy.model_validate(OWN)
    assert (rules.matching, rules.dunning.segments) == (before.matching, before.dunning.segments)


@pytest.mark.parametrize(("row", "field", "value", "told"), [
    (1, "offset_days", "soon", "dunning.steps.0.offset_days"),
    (0, "tone", "final", "the tone &#39;upcoming&#39; is for days up to the due date"),
    (1, "do", "song", "dunning.steps.1.do"),
    (1, "minimum", "50", "step &#39;call&#39;: write the amount as in USD 50, not &#39;50&#39;"),
    (1, "minimum", "USD much", "dunning.steps.1.minimum"),
    (1, "name", "Call!", "dunning.steps.1.name"),
])  # fmt: skip
def test_what_does_not_fit_is_named_and_what_was_typed_stays(
    shop: Shop, row: int, field: str, value: str, told: str
) -> None:
    form = rows(shop)
    form[field][row] = value
    answer = send(shop, form)
    assert answer.status_code == 422
    assert "Nothing was saved." in answer.text
    assert told in answer.text
    assert field in steps.CHOICES or f'name="{field}" value="{value}"' in answer.text
    assert in_force(shop).number == 1


def test_a_stranger_changes_no_step(shop: Shop) -> None:
    assert shop.stranger().post(f"{PAGE}/steps", name="x").status_code == 404


def test_a_client_s_own_words_go_with_a_step_to_its_new_name(shop: Shop) -> None:
    words = [{"step": name, "language": "en", "body": "{{ table }} Please pay."}
             for name in ("call", "late", "upcoming")]  # fmt: skip
    own = {**OWN["dunning"], "templates": words}
    own["steps"] = [*own["steps"], {"name": "late", "offset_days": 40, "tone": "direct"}]
    rules = Policy.model_validate({"dunning": own})
    allowing.set_policy(shop.desk.universe.deps, 1, rules, by="ann", reason="tests")
    form = rows(shop)
    form["name"][1], form["name"][2] = "ring up", "later"
    found = policy.parse(document(send(shop, form).text)).dunning.templates
    assert [it.step for it in found] == ["ring up", "late", "upcoming"], "a segment has a late one"
