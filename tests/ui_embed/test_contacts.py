"""A contact entered on the customer's page, so that one without an address can be reached."""

from __future__ import annotations

import pytest

from connector.recipients import consents, contacts
from connector.recipients.contacts import Contact
from connector.rule_changes import allowing
from connector.rules.policy import Policy
from dunning.customer.channels import Channel
from tests.ui_embed.books import OWNER, Shop, busy_shop
from tests.ui_embed.office import Office, path_of

PAGE = "/connections/1/customers/1"
FORM = {"role": "dunning", "email": " Pay@Alder.example ", "name": "Pat"}


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def known(shop: Shop) -> list[Contact]:
    with shop.desk.universe.deps.reading() as tx:
        return contacts.of_customers(tx, 1, ["1"]).get("1", [])


def test_a_contact_is_added_and_taken_away(shop: Shop) -> None:
    sent = shop.owner.post(f"{PAGE}/contacts", on=PAGE, **FORM)
    assert path_of(sent) == PAGE
    (one,) = known(shop)
    assert (one.email, one.role, one.name, one.by) == ("pay@alder.example", "dunning", "Pat", OWNER)
    page = shop.owner.page(PAGE)
    assert "pay@alder.example is dunning there." in page
    assert "Take pay@alder.example (dunning) away" in page
    shop.owner.post(f"{PAGE}/contacts/{one.id}/drop", on=PAGE)
    assert known(shop) == []
    shop.owner.post(f"{PAGE}/contacts/{one.id}/drop", on=PAGE)
    assert "There is no such contact any more." in shop.owner.page(PAGE)


def test_who_is_written_to_where_nobody_reads_is_said_as_the_policy_has_it(shop: Shop) -> None:
    told = "the owner and escalation are tried by e-mail, each once"
    page = shop.owner.page(PAGE)
    assert "Nobody else is written to" in page
    assert told not in page
    wanted = Policy.model_validate({"dunning": {"try_other_contacts": True}})
    allowing.set_policy(shop.desk.universe.deps, 1, wanted, by="ann", reason="tests")
    page = shop.owner.page(PAGE)
    assert told in page
    assert "Nobody else is written to" not in page


@pytest.mark.parametrize(("form", "told"), [
    ({"email": ""}, "needs an e-mail address or a telephone number"),
    ({"email": "no address"}, "is not one plain e-mail address"),
    ({"email": "", "phone": "12"}, "is no number in E.164"),
])  # fmt: skip
def test_what_cannot_be_written_to_is_told(shop: Shop, form: dict[str, str], told: str) -> None:
    shop.owner.post(f"{PAGE}/contacts", on=PAGE, **FORM | form)
    assert told in shop.owner.page(PAGE)
    assert known(shop) == []


def test_an_address_that_was_stopped_needs_a_reason(shop: Shop) -> None:
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        consents.revoke(
            tx, 1, Channel.EMAIL, "pay@alder.example", customer_id="1", words="stop", by="ann",
            at=deps.now(),
        )  # fmt: skip
    shop.owner.post(f"{PAGE}/contacts", on=PAGE, **FORM)
    assert "was stopped; say why it may be written to again." in shop.owner.page(PAGE)
    assert known(shop) == []
    shop.owner.post(f"{PAGE}/contacts", on=PAGE, why="they asked for it", **FORM)
    assert len(known(shop)) == 1


def test_a_role_that_there_is_not_and_a_stranger_add_nobody(shop: Shop) -> None:
    answer = shop.owner.post(f"{PAGE}/contacts", on=PAGE, **FORM | {"role": "boss"})
    assert answer.status_code == 400
    assert shop.stranger().post(f"{PAGE}/contacts", **FORM).status_code == 404
    assert known(shop) == []
