"""The policy page: who is in which segment now, pausing one, and a policy to start from."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from connector import agenda
from connector.mirroring import mirror
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.policy import Policy
from dunning.checking import shipped
from tests.connector.office import customer, invoice
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office
from ui_embed import segments

PAGE = "/clients/1/policy"
SEGMENTS = [
    {"name": "large", "when": {"customers": ["1"]}, "change": {"with_a_person": "large ones"}},
    {"name": "new", "when": {"payer": ["new"], "years_at_least": 2}},
]


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def put(shop: Shop, **document: Any) -> None:
    rules = Policy.model_validate(document)
    allowing.set_policy(shop.desk.universe.deps, 1, rules, by="ann", reason="tests")


def in_force(shop: Shop) -> policy.Version:
    with shop.desk.universe.deps.reading() as tx:
        return policy.current(tx, 1)


def test_every_segment_stands_with_who_belongs_to_it_and_who_is_in_it(shop: Shop) -> None:
    assert "Segments in force" not in shop.owner.page(PAGE)
    put(shop, dunning={"segments": SEGMENTS})
    page = shop.owner.page(PAGE)
    for told in ("Segments in force", "A person alone writes: large ones", "<td>Alder</td>",
                 "<td>1: Alder</td>", "<td>Payer new; customer for 2 years or more</td>",
                 "In none of these", "Everybody else"):  # fmt: skip
        assert told in page, told


def test_a_segment_is_paused_until_a_day_and_resumed_with_a_reason(shop: Shop) -> None:
    put(shop, dunning={"segments": SEGMENTS})
    form = {"segment": "new", "until": "2027-01-31", "reason": "<b>strike</b>"}
    shop.owner.post("/clients/1/segments/pause", on=PAGE, **form)
    page = shop.owner.page(PAGE)
    assert "Paused until 31 Jan 2027: the segment new." in page
    assert "Until 31 Jan 2027: &lt;b&gt;strike&lt;/b&gt;" in page
    assert "Resume the segment new" in page
    shop.owner.post("/clients/1/segments/resume", on=PAGE, segment="new", reason="it ended")
    page = shop.owner.page(PAGE)
    assert "Resumed: the segment new." in page
    assert "Pause the segment new" in page
    assert in_force(shop).policy.dunning.segments[1].change == {}


@pytest.mark.parametrize(("act", "form", "told"), [
    ("pause", {"segment": "new", "until": "soon"}, "Not paused: &#39;soon&#39; is no date"),
    ("pause", {"segment": "new", "until": "2001-01-31"}, "would have ended on 2001-01-31"),
    ("pause", {"segment": "old", "until": "2027-01-31"}, "no segment &#39;old&#39;"),
    ("resume", {"segment": "new"}, "Not resumed: the segment new is not paused."),
])  # fmt: skip
def test_what_cannot_be_paused_or_resumed_is_told(
    shop: Shop, act: str, form: dict[str, str], told: str
) -> None:
    put(shop, dunning={"segments": SEGMENTS})
    shop.owner.post(f"/clients/1/segments/{act}", on=PAGE, **form)
    assert told in shop.owner.page(PAGE)
    assert in_force(shop).number == 1


def test_a_stranger_pauses_no_segment(shop: Shop) -> None:
    put(shop, dunning={"segments": SEGMENTS})
    stranger = shop.stranger()
    for act in ("segments/pause", "segments/resume", "policy/start-from"):
        answer = stranger.post(f"/clients/1/{act}", segment="new", name="msp", until="2027-01-31")
        assert answer.status_code == 404
    assert in_force(shop).number == 1


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_policy_to_start_from_is_shown_over_what_is_there_and_saved_as_shown(
    shop: Shop, name: str
) -> None:
    put(shop, matching={"apply_by": ["exact", "spelling"]}, dunning={"ramp_per_day": 7})
    page = shop.owner.post(f"{PAGE}/start-from", on=PAGE, name=name).text
    assert "Nothing is saved yet." in page
    assert "It says otherwise than the policy in force in" in page
    assert "<code>dunning.steps." in page
    assert "<code>matching" not in page
    assert in_force(shop).number == 1
    document = page.split("spellcheck")[1].split(">", 1)[1].split("</textarea>")[0]
    document = document.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    shop.owner.post(PAGE, on=PAGE, document=document, reason="to begin with")
    rules = in_force(shop).policy
    assert rules.matching.model_dump(mode="json")["apply_by"] == ["exact", "spelling"]
    assert rules.dunning.ramp_per_day == shipped.body(name).get("ramp_per_day", 7)
    assert rules.dunning.steps == shipped.policy(name).steps


def test_the_page_offers_every_policy_that_ships(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    for name in shipped.NAMES:
        assert f'<option value="{name}">' in page
    assert shop.owner.post(f"{PAGE}/start-from", on=PAGE, name="toys").status_code == 400


def test_a_document_is_compared_with_what_is_in_force(shop: Shop) -> None:
    put(shop, matching={"apply_by": ["exact", "spelling"]})
    text = json.dumps({"dunning": {"ramp_per_day": 9}})
    page = shop.owner.post(f"{PAGE}/preview", on=PAGE, document=text).text
    assert "<code>matching.apply_by</code>" in page, "what it would reset is told"
    same = json.dumps(in_force(shop).policy.model_dump(mode="json"))
    page = shop.owner.post(f"{PAGE}/preview", on=PAGE, document=same).text
    assert "It says the same as the policy in force." in page


def test_a_pause_that_is_over_is_none_and_no_reason_is_made_up(shop: Shop) -> None:
    over = [{**SEGMENTS[0], "change": {"paused_until": "2020-01-31", "paused_because": "strike"}}]
    put(shop, dunning={"segments": over})
    page = shop.owner.page(PAGE)
    assert "Pause the segment large" in page
    assert "31 Jan 2020" not in page.partition("Segments in force")[2].partition("</table>")[0]
    form = {"segment": "large", "until": "2027-01-31", "reason": "strike"}
    shop.owner.post("/clients/1/segments/pause", on=PAGE, **form)
    shop.owner.post("/clients/1/segments/resume", on=PAGE, segment="large", reason=" ")
    assert "Not resumed" in shop.owner.page(PAGE)


def test_a_page_looks_at_some_customers_and_leads_to_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shop, dunning={"segments": [{"name": "all", "when": {}}]})
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        for number in range(2):
            own = [customer(f"z{number}", name=f"Birch {number}"),
                   invoice(f"z{number}", "100", customer_id=f"z{number}")]  # fmt: skip
            mirror.store(tx, 1, own, read_at=deps.now())
            agenda.mark(tx, 1, [f"z{number}"])
    whole = names(shop.owner.page(PAGE))
    assert len(whole) == 3
    monkeypatch.setattr(segments, "CUSTOMERS_A_PAGE", 1)
    first = shop.owner.page(PAGE)
    assert f"There are {len(whole)} such customers" in first
    assert f"Page 1 of {len(whole)}" in first
    pages = [shop.owner.page(f"{PAGE}?page={number}") for number in range(1, len(whole) + 1)]
    assert sorted(name for page in pages for name in names(page)) == sorted(whole)
    assert all(len(names(page)) == 1 for page in pages)
    assert 'rel="next"' not in pages[-1]
    assert f'href="{PAGE}?page={len(whole) - 1}#segments"' in pages[-1]
    assert names(shop.owner.page(f"{PAGE}?page=99")) == names(pages[-1])


def names(page: str) -> list[str]:
    """Who is in the segment that everybody is in."""
    table = page.partition("Segments in force")[2].partition("</table>")[0]
    (found,) = re.findall(r"<td>\d+: ([^<]+)</td>", table)
    return found.split("; ")
