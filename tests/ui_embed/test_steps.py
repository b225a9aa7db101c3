"""The steps of a policy as a form: shown, changed through the preview, refused with each fault."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.policy import Policy
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


STAYS = "a step of this name that stays has a template in"


def templates(*told: str) -> list[dict[str, str]]:
    """As in "call", or "call in de"; each says the name that it was written for."""
    parted = [one.partition(" in ") for one in told]
    return [{"step": step, "language": language or "en", "body": f"{step}: {{{{ table }}}}"}
            for step, _, language in parted]  # fmt: skip


def sequence(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "offset_days": 5 + number, "tone": "friendly"}
            for number, name in enumerate(names)]  # fmt: skip


def named_anew(rules: dict[str, Any], names: dict[str, str], segment: str = "") -> Policy:
    """The rules after the form of a segment was sent with other names; an empty one takes a step
    out."""
    before = Policy.model_validate({"dunning": rules})
    form = steps.of(before, segment)
    rows = [replace(it, name=names.get(it.name, it.name)) for it in form.rows]
    return steps.laid_over(before, replace(form, rows=rows))


def said(rules: Policy) -> list[str]:
    """The step and language of each template, and for which name it was written."""
    return [f"{it.step} in {it.language} ({it.body.partition(':')[0]})"
            for it in rules.dunning.templates]  # fmt: skip


def test_a_client_s_own_words_go_with_a_step_to_its_new_name(shop: Shop) -> None:
    own = {**OWN["dunning"], "templates": templates("call", "late", "upcoming")}
    own["steps"] = [*own["steps"], {"name": "late", "offset_days": 40, "tone": "direct"}]
    rules = Policy.model_validate({"dunning": own})
    allowing.set_policy(shop.desk.universe.deps, 1, rules, by="ann", reason="tests")
    form = rows(shop)
    form["name"][1], form["name"][2] = "ring up", "later"
    found = policy.parse(document(send(shop, form).text)).dunning.templates
    assert [it.step for it in found] == ["ring up", "late", "later", "upcoming"]


@pytest.mark.parametrize("segment", ["", "few"])
def test_they_stay_as_well_where_somebody_else_has_a_step_of_the_old_name(segment: str) -> None:
    few = {"name": "few", "when": {}, "change": {"steps": sequence("friendly", "late")}}
    rules = {"steps": sequence("friendly", "late"), "segments": [few],
             "templates": templates("late", "late in de")}  # fmt: skip
    assert said(named_anew(rules, {"late": "later"}, segment)) == [
        "late in en (late)", "later in en (late)", "late in de (late)", "later in de (late)",
    ]  # fmt: skip


@pytest.mark.parametrize(("names", "after"), [
    ({"reminder": "", "friendly": "reminder"}, ["reminder in en (friendly)"]),
    ({"friendly": "reminder", "reminder": "friendly"},
     ["reminder in en (friendly)", "friendly in en (reminder)", "friendly in de (reminder)"]),
    ({"friendly": "reminder", "reminder": "third"},
     ["reminder in en (friendly)", "third in en (reminder)", "third in de (reminder)"]),
    ({"last": "reminder", "reminder": ""}, ["friendly in en (friendly)"]),
])  # fmt: skip
def test_a_step_that_takes_over_a_name_does_not_speak_in_the_words_said_under_it(
    names: dict[str, str], after: list[str]
) -> None:
    rules = {"steps": sequence("friendly", "reminder", "last"),
             "templates": templates("friendly", "reminder", "reminder in de")}  # fmt: skip
    assert said(named_anew(rules, names)) == after


def test_a_name_under_which_somebody_else_s_step_has_words_is_refused() -> None:
    few = {"name": "few", "when": {}, "change": {"steps": sequence("reminder")}}
    rules = {"steps": sequence("friendly", "last"), "segments": [few],
             "templates": templates("friendly", "reminder")}  # fmt: skip
    with pytest.raises(policy.PolicyError, match=f"step 'reminder': {STAYS} 'en'"):
        named_anew(rules, {"friendly": "reminder"})
    assert said(named_anew(rules, {"last": "reminder"})) == [
        "friendly in en (friendly)", "reminder in en (reminder)",
    ]  # fmt: skip


def test_a_segment_s_own_templates_go_with_the_steps_that_it_takes() -> None:
    change = {"templates": templates("friendly", "last")}
    apart = {"steps": sequence("friendly"), "templates": templates("friendly")}
    rules = {
        "steps": sequence("friendly", "last"), "templates": templates("last"),
        "segments": [{"name": "few", "when": {}, "change": change},
                     {"name": "apart", "when": {}, "change": apart}],
    }  # fmt: skip
    after = named_anew(rules, {"friendly": "first"}).dunning
    told = {place: [it.step for it in after.at(f"segment {place}").templates]
            for place in ("", "few", "apart")}  # fmt: skip
    assert told == {"": ["last"], "few": ["first", "last"], "apart": ["friendly"]}
