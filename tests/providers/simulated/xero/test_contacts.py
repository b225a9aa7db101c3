from __future__ import annotations

from datetime import timedelta

from tests.providers.simulated.xero.stage import Stage, payment

TAKEN = (
    "The contact name Alder Ltd is already assigned to another contact."
    " The contact name must be unique across all active contacts."
)


def test_names_are_unique_among_active_contacts(stage: Stage) -> None:
    first = stage.contact("Alder Ltd")
    body = {"Name": "Alder Ltd"}
    assert stage.refused("PUT", "Contacts", body) == [TAKEN]
    stage.post(f"Contacts/{first}", ContactStatus="ARCHIVED")
    assert stage.contact("Alder Ltd") != first
    assert stage.refused("POST", f"Contacts/{first}", {"ContactStatus": "ACTIVE"}) == [TAKEN]


def test_post_updates_the_contact_of_the_same_name(stage: Stage) -> None:
    first = stage.contact("Alder Ltd")
    changed = stage.post("Contacts", Name="alder ltd", EmailAddress="pay@alder.test")
    assert changed["ContactID"] == first
    assert stage.rows(f"Contacts/{first}")[0]["EmailAddress"] == "pay@alder.test"


def test_a_contact_is_found_by_its_number(stage: Stage) -> None:
    first = stage.contact("Alder Ltd", ContactNumber="C-7")
    assert stage.rows("Contacts/C-7")[0]["ContactID"] == first
    assert stage.post("Contacts", ContactNumber="C-7", FirstName="Al")["ContactID"] == first


def test_balances_follow_invoices_and_move_nothing(stage: Stage) -> None:
    contact = stage.contact("Alder Ltd")
    made = stage.invoice("100.00", contact=contact, DueDate="2026-10-31")
    stage.invoice("50.00", contact=contact, DueDate="2026-12-31")
    before = stage.rows(f"Contacts/{contact}")[0]
    assert before["Balances"]["AccountsReceivable"] == {"Outstanding": 150, "Overdue": 100}
    stage.world.clock.advance(timedelta(seconds=5))
    stage.put("Payments", **payment(made["InvoiceID"], "30.00"))
    after = stage.rows(f"Contacts/{contact}")[0]
    assert after["Balances"]["AccountsReceivable"] == {"Outstanding": 120, "Overdue": 70}
    assert after["UpdatedDateUTC"] == before["UpdatedDateUTC"]
    assert (after["IsCustomer"], after["IsSupplier"]) == (True, False)


def test_archived_contacts_are_listed_only_on_request(stage: Stage) -> None:
    first = stage.contact("Alder Ltd")
    stage.post(f"Contacts/{first}", ContactStatus="ARCHIVED")
    assert stage.rows("Contacts") == []
    assert stage.rows("Contacts", includeArchived="True")[0]["ContactStatus"] == "ARCHIVED"


def test_a_merge_moves_the_invoices_and_archives_the_contact(stage: Stage) -> None:
    old, new = stage.contact("Old"), stage.contact("New")
    made = stage.invoice(contact=old)
    stage.xero.act(stage.tenant).merge(old, new)
    merged = stage.rows(f"Contacts/{old}")[0]
    assert (merged["ContactStatus"], merged["MergedToContactID"]) == ("ARCHIVED", new)
    assert stage.rows(f"Invoices/{made['InvoiceID']}")[0]["Contact"]["ContactID"] == new


def test_a_new_invoice_may_name_a_new_contact(stage: Stage) -> None:
    made = stage.invoice(Contact={"Name": "Dogwood"})
    assert (
        stage.rows("Contacts", where='Name=="Dogwood"')[0]["ContactID"]
        == (made["Contact"]["ContactID"])
    )


def test_an_email_address_must_look_like_one(stage: Stage) -> None:
    body = {"Name": "Elm", "EmailAddress": "nowhere"}
    assert stage.refused("PUT", "Contacts", body) == ["Email address must be valid."]
    assert stage.rows("Contacts") == []
