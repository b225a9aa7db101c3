"""Forms of a policy that somebody else changed since they were opened."""

from __future__ import annotations

import html
import io
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from connector.commands.policies import document_of
from connector.rule_changes import allowing, firm_rules
from connector.rules import policy
from connector.rules.policy import Policy
from dunning.checking import shipped
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import CSRF, Office, read_at
from ui_embed import steps

PAGE = "/clients/1/policy"
LARGE = {"name": "large", "when": {}}


def rules(**dunning: Any) -> Policy:
    return Policy.model_validate({"dunning": dunning})


@pytest.fixture
def shop(desk: Office) -> Shop:
    made = busy_shop(desk)
    put(made, rules(segments=[LARGE]))
    return made


def put(shop: Shop, wanted: Policy) -> None:
    allowing.set_policy(shop.desk.universe.deps, 1, wanted, by="bea@firm.example", reason="tests")


def in_force(shop: Shop) -> policy.Version:
    with shop.desk.universe.deps.reading() as tx:
        return policy.current(tx, 1)


def send(shop: Shop, page: str, path: str, **form: Any) -> TestResponse:
    """A form of a page that was opened a while ago."""
    token = CSRF.search(page)
    assert token
    given = {"csrf_token": token[1], **read_at(page), **form}
    return shop.owner.client.post(path, data=given)


def document(page: str) -> str:
    (text,) = re.findall(r'id="document"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return html.unescape(text)


def overtaken(page: str) -> str:
    _, _, after = page.partition('id="overtaken"')
    return " ".join(re.sub(r"<[^>]+>", " ", after.partition("</div>")[0]).split())


def test_what_another_saved_since_is_shown_and_nothing_is_lost(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    put(shop, rules(segments=[LARGE], ramp_per_day=9))
    mine = json.dumps({"dunning": {"segments": [LARGE], "min_days_between_messages": 8}})
    answer = send(shop, page, PAGE, document=mine, reason="")
    assert answer.status_code == 422
    told = overtaken(answer.text)
    assert "Nothing was saved. bea@firm.example changed the rules on" in told
    assert "since you opened version 1; version 2 is in force." in told
    assert "dunning.ramp_per_day" in answer.text
    assert document(answer.text) == mine
    assert in_force(shop).policy.dunning.ramp_per_day == 9
    again = json.loads(mine)
    again["dunning"]["ramp_per_day"] = 9
    assert send(shop, answer.text, PAGE, document=json.dumps(again), reason="").status_code == 303
    assert in_force(shop).policy.dunning.min_days_between_messages == 8


def test_a_form_that_does_not_say_what_it_was_made_from_is_not_saved(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    for base in ("", "soon", "99"):
        answer = send(shop, page, PAGE, document="{}", reason="", base=base)
        assert answer.status_code == 422
        assert "version 1 is in force." in overtaken(answer.text)
    assert in_force(shop).number == 1


@pytest.mark.parametrize("path", ["preview", "start-from"])
def test_a_preview_tells_what_another_saved_since(shop: Shop, path: str) -> None:
    page = shop.owner.page(PAGE)
    put(shop, rules(ramp_per_day=9))
    answer = send(shop, page, f"{PAGE}/{path}", name="msp")
    assert "since you opened version 1; version 2 is in force." in overtaken(answer.text)
    assert read_at(answer.text)["base"] == "2"


def test_a_printed_document_is_saved_over_the_version_that_it_was_printed_from(shop: Shop) -> None:
    printed = document_of(in_force(shop), policy.owner_of(1)) | {"at": None}
    put(shop, rules(segments=[LARGE], ramp_per_day=9))
    page = shop.owner.page(PAGE)
    file = (io.BytesIO(json.dumps(printed).encode()), "policy.json")
    answer = send(shop, page, PAGE, document="", reason="tests", file=file)
    assert answer.status_code == 422
    assert "since you opened version 1" in overtaken(answer.text)
    kept = document(answer.text)
    assert policy.read(kept).base is None, "the form names the version now"
    assert send(shop, answer.text, PAGE, document=kept, reason="tests").status_code == 303
    other = json.dumps(printed | {"of": "client 7", "version": 99})
    page = shop.owner.page(PAGE)
    assert send(shop, page, PAGE, document=other, reason="tests").status_code == 303


def test_steps_are_laid_over_what_is_shown_and_saved_as_shown(shop: Shop) -> None:
    previewed = json.dumps({"dunning": {"segments": [LARGE], "ramp_per_day": 7}})
    page = shop.owner.post(f"{PAGE}/preview", on=PAGE, document=previewed).text
    form = columns(policy.parse(document(page)))
    form["offset_days"][1] = "4"
    answer = send(shop, page, f"{PAGE}/steps", steps_of="", **form)
    shown = document(answer.text)
    assert policy.parse(shown).dunning.ramp_per_day == 7
    send(shop, answer.text, PAGE, document=shown, reason="")
    saved = in_force(shop).policy
    assert saved == policy.parse(shown)
    assert [it.offset_days for it in saved.dunning.steps][:2] == [-5, 4]


def test_a_shipped_policy_is_laid_over_what_is_shown(shop: Shop) -> None:
    previewed = json.dumps({"freshness_minutes_max": 12})
    page = shop.owner.post(f"{PAGE}/preview", on=PAGE, document=previewed).text
    answer = send(shop, page, f"{PAGE}/start-from", name="msp")
    assert policy.parse(document(answer.text)).freshness_minutes_max == 12


def test_a_segment_gets_steps_of_its_own_and_loses_them_again(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    page = send(shop, page, f"{PAGE}/steps/of", segment="large").text
    assert "it has no steps of its own, and these are everybody&#39;s" in html.unescape(
        page
    ).replace("'", "&#39;")
    form = columns(in_force(shop).policy)
    form["offset_days"][1] = "6"
    page = send(shop, page, f"{PAGE}/steps", steps_of="large", **form).text
    send(shop, page, PAGE, document=document(page), reason="")
    large = in_force(shop).policy.dunning
    assert large.at("segment large").steps[1].offset_days == 6
    assert large.steps[1].offset_days == 3
    page = send(shop, shop.owner.page(PAGE), f"{PAGE}/steps/of", segment="large").text
    assert 'name="offset_days" value="6"' in page
    form["name"] = ["" for _ in form["name"]]
    page = send(shop, page, f"{PAGE}/steps", steps_of="large", **form).text
    send(shop, page, PAGE, document=document(page), reason="")
    assert in_force(shop).policy.dunning.segments[0].change == {}


def test_a_segment_that_the_document_does_not_have_is_named(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    for path, form in (
        ("steps/of", {"segment": "small"}),
        ("steps", {"steps_of": "small", **columns(in_force(shop).policy)}),
    ):
        answer = send(shop, page, f"{PAGE}/{path}", **form)
        assert answer.status_code == 422
        assert "segment &#39;small&#39;: the document has none of this name" in answer.text


def test_a_stranger_chooses_no_steps(shop: Shop) -> None:
    assert shop.stranger().post(f"{PAGE}/steps/of", segment="large").status_code == 404


def test_who_pauses_or_keeps_what_another_changed_since_is_told(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    paused = LARGE | {"change": {"paused_until": "2030-05-01", "paused_because": "a strike"}}
    put(shop, rules(segments=[paused]))
    send(shop, page, "/clients/1/segments/pause", segment="large", until="2029-01-31", reason="")
    assert "Not paused: the rules were changed by bea@firm.example" in shop.owner.page(PAGE)
    customer = "/connections/1/customers/1"
    page = shop.owner.page(customer)
    put(shop, rules(customers={"1": {"with_a_person": "a friend"}}))
    send(shop, page, f"{customer}/key-account", reason="an enemy")
    assert "Nothing was changed: the rules were changed by bea@firm.example" in shop.owner.page(
        customer
    )
    assert in_force(shop).policy.dunning.customers == {"1": {"with_a_person": "a friend"}}


def test_who_switches_a_notice_that_another_switched_since_is_told(shop: Shop) -> None:
    where = "/clients/1/notices"
    page = shop.owner.page(where)
    allowing.switch_notices(
        shop.desk.universe.deps, 1, {"daily_digest": True}, by="bea@firm.example"
    )
    send(shop, page, where, forewarning="on", digest_hour="7", forewarning_hour="16")
    assert "Nothing was switched: the rules were changed by bea" in shop.owner.page(where)
    assert in_force(shop).policy.notices.daily_digest


def test_the_firm_s_rules_are_kept_only_over_the_version_that_was_opened(shop: Shop) -> None:
    deps = shop.desk.universe.deps
    page = shop.owner.page("/rules")
    planned = firm_rules.plan(deps, 1, rules(ramp_per_day=9))
    firm_rules.put_in_force(deps, planned, by="bea@firm.example")
    mine = json.dumps({"dunning": {"ramp_per_day": 7}})
    for path in ("/rules/preview", "/rules"):
        answer = send(shop, page, path, document=mine, reason="")
        assert "bea@firm.example changed the rules on" in overtaken(answer.text)
        assert document(answer.text) == mine
    assert send(shop, answer.text, "/rules", document=mine, reason="").status_code == 303


def columns(found: Policy) -> dict[str, list[str]]:
    rows = steps.of(found).rows
    return {name: [getattr(row, name) for row in rows] for name in steps.NAMES}


def test_the_firm_starts_from_a_shipped_policy_over_what_is_shown(shop: Shop) -> None:
    previewed = json.dumps({"freshness_minutes_max": 12})
    page = shop.owner.post("/rules/preview", on="/rules", document=previewed).text
    answer = send(shop, page, "/rules/start-from", name="msp")
    found = policy.parse(document(answer.text))
    assert found.freshness_minutes_max == 12
    assert found.dunning.steps == shipped.policy("msp").steps
    assert "Nothing is saved yet." in answer.text
    assert send(shop, page, "/rules/start-from", name="toys").status_code == 400
    refused = send(shop, page, "/rules/start-from", name="msp", document="{")
    assert refused.status_code == 422


def test_a_segment_that_is_paused_on_the_page_stays_the_firms_but_for_the_pause(
    shop: Shop,
) -> None:
    deps, change = shop.desk.universe.deps, {"change": {"min_days_between_messages": 9}}
    put(shop, rules())
    planned = firm_rules.plan(deps, 1, rules(segments=[LARGE | change]))
    firm_rules.put_in_force(deps, planned, by="bea@firm.example")
    shop.owner.post("/clients/1/segments/pause", segment="large", until="2031-05-01", reason="why")
    page = shop.owner.page(PAGE)
    whose = dict(
        re.findall(r"<code>dunning\.segments\.large\.([\w.]+)</code>.*?<td>([^<]*)</td></tr>", page)
    )
    assert whose["change.paused_until"] == "Client"
    assert whose["change.min_days_between_messages"] == "Firm, version 1"
