from __future__ import annotations

import pytest

from tests.providers.simulated.xero.stage import Stage


def test_an_account_is_read_by_its_id(stage: Stage) -> None:
    account = stage.account("200")
    row = stage.rows(f"Accounts/{account}")[0]
    assert (row["Code"], row["Class"], row["TaxType"]) == ("200", "REVENUE", "OUTPUT2")
    assert "Currency" not in row
    assert stage.call("GET", f"Accounts/{stage.tenant}").status_code == 404
    assert stage.call("GET", "Accounts", where="Colour==1").status_code == 400


@pytest.mark.parametrize("on", [True, False])
def test_reminders_tell_whether_xero_reminds_by_itself(stage: Stage, on: bool) -> None:
    stage.xero.act(stage.tenant).set_organisation(reminders=on)
    assert stage.rows("InvoiceReminders/Settings") == [{"Enabled": on}]
    assert stage.call("GET", "InvoiceReminders").status_code == 404


def test_a_plan_of_one_currency_has_one(stage: Stage) -> None:
    tenant = stage.xero.add_company("Small", "GBP", "GB", "Europe/London")
    stage.xero.add_user("mia@books.test", "Mia Book", [tenant])
    stage.sign_in(tenant)
    stage.tenant = tenant
    assert [row["Code"] for row in stage.rows("Currencies")] == ["GBP"]
    organisation = stage.rows("Organisation")[0]
    assert (organisation["BaseCurrency"], organisation["Timezone"]) == ("GBP", "GMTSTANDARDTIME")
