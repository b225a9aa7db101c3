"""The page of bank files: upload, the question about the columns of a CSV, and what came before."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from connector.money import cash
from connector.money.cash import Item, Standing
from connector.past import bank_files
from providers.bank.text import BYTES_MAX
from tests.providers.bank.shelf import raw
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import CSRF, Office, Visitor, company_of, path_of

WHERE = "/clients/1/statements"
COLUMNS = f"{WHERE}/columns"
SELECTED = re.compile(
    r'<select[^>]* name="([\w-]+)"(?:(?!</select>).)*?<option value="([^"]+)" selected', re.DOTALL
)


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def upload(visitor: Visitor, content: bytes, name: str = "file.csv", **form: str) -> TestResponse:
    """The body is put together here: the test client would leave a file of its own open."""
    token = CSRF.search(visitor.page("/"))
    fields = {"csrf_token": token[1] if token else "", "company": "1", **form}
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join((*parts, head.encode(), content, b"\r\n--edge--\r\n"))
    return visitor.client.post(WHERE, data=body, content_type="multipart/form-data; boundary=edge")


def answered(page: str, **changes: str) -> dict[str, str]:
    """The form about the columns as it stands, with some answers changed."""
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest
    own = dict(re.findall(r'name="(own_\w+|asked)"[^>]* value="([^"]*)"', page))
    return {"company": "1", "digest": digest[1], **dict(SELECTED.findall(page)), **own, **changes}


def chosen(page: str) -> dict[str, list[int]]:
    """Which columns are preselected for which role."""
    found: dict[str, list[int]] = {}
    for field, role in SELECTED.findall(page):
        if field.startswith("column-"):
            found.setdefault(role, []).append(int(field.removeprefix("column-")))
    return found


def money(shop: Shop) -> list[Item]:
    with shop.desk.universe.deps.reading() as tx:
        return [i for i in cash.listed(tx, 1, tuple(Standing)) if i.kind == cash.BANK]


def test_a_file_that_speaks_for_itself_is_imported_at_once(shop: Shop) -> None:
    answer = upload(shop.owner, raw("german.sta"), "march.sta")
    assert (answer.status_code, path_of(answer)) == (303, WHERE)
    page = shop.owner.page(WHERE)
    for told in ("march.sta: 1 credits read, 1 of them new.", "1 credit, 1 new.",
                 "EUR 1,000.00 + movements = EUR 1,245.50, to the cent",
                 "by books@quickbooks.example"):  # fmt: skip
        assert told in page, told
    assert len(money(shop)) == 1


def test_the_columns_of_a_csv_are_shown_before_anything_is_imported(shop: Shop) -> None:
    answer = upload(shop.owner, raw("german.csv"))
    assert answer.status_code == 200
    page = answer.text
    for told in ("Nothing is imported yet.", "Linden GmbH", "1,250.50", "02 Mar 2026",
                 "parted by a semicolon", 'value="DE89370400440532013000"'):  # fmt: skip
        assert told in page, told
    assert money(shop) == []
    form = answered(page)
    assert (form["column-0"], form["column-5"]) == ("date", "amount")
    assert not {"date_order", "decimal"} & set(form), "the cells say both"
    done = shop.owner.post(COLUMNS, **form)
    assert (done.status_code, path_of(done)) == (303, WHERE)
    (item,) = money(shop)
    assert (str(item.total), item.payer, item.text) == (
        "EUR 1,250.50", "Linden GmbH", "INV-1001 vom 1.3."
    )  # fmt: skip


def test_the_answer_is_kept_and_the_next_file_asks_nobody(shop: Shop) -> None:
    page = upload(shop.owner, raw("british.csv"), account="main").text
    assert "03/03/2026 can be read in more than one way" in page
    shop.owner.post(COLUMNS, **answered(page, date_order="DMY"))
    later = raw("british.csv").replace(b"1,250.50", b"1,260.50").replace(b"2,250.50", b"2,260.50")
    assert path_of(upload(shop.owner, later)) == WHERE
    assert sorted(str(item.total) for item in money(shop)) == ["USD 1,250.50", "USD 1,260.50"]
    with shop.desk.universe.deps.reading() as tx:
        assert len(bank_files.arrived(tx, 1)) == 2


def test_amounts_in_a_column_for_each_currency_are_confirmed_as_they_are(shop: Shop) -> None:
    page = upload(shop.owner, raw("two_currencies.csv")).text
    assert chosen(page)["amount"] == [6, 7]
    assert path_of(shop.owner.post(COLUMNS, **answered(page))) == WHERE
    assert sorted(str(item.total) for item in money(shop)) == ["CAD 100.00", "USD 70.00"]


def test_a_wrong_answer_is_named_and_asked_again(shop: Shop) -> None:
    page = upload(shop.owner, raw("german.csv")).text
    wrong = {"column-5": "reference", "column-4": "amount"}
    answer = shop.owner.post(COLUMNS, **answered(page, **wrong))
    assert answer.status_code == 422
    assert re.search(r"Line 5: .* is no amount with a decimal", answer.text)
    assert money(shop) == []
    kept = answered(answer.text)
    assert (kept["column-4"], kept["column-5"]) == ("amount", "reference")
    right = {"column-5": "amount", "column-4": "reference"}
    assert path_of(shop.owner.post(COLUMNS, **answered(answer.text, **right))) == WHERE
    assert len(money(shop)) == 1


@pytest.mark.parametrize(("status", "count"), [("status", 1), ("", 2)])
def test_a_column_of_states_can_be_taken_out(shop: Shop, status: str, count: int) -> None:
    content = b"Date,Text,Amount,State\n2026-03-02,a,5.00,posted\n2026-03-03,b,6.00,pending\n"
    form = answered(upload(shop.owner, content, account="main").text)
    assert form["column-3"] == "status"
    assert path_of(shop.owner.post(COLUMNS, **{**form, "column-3": status})) == WHERE
    assert len(money(shop)) == count


@pytest.mark.parametrize(("direction", "count"), [("direction", 1), ("unused", 2)])
def test_which_way_money_went_is_asked_once(shop: Shop, direction: str, count: int) -> None:
    content = b"Date,Text,Kind,Amount\n2026-01-30,INV-1,D,70.00\n2026-01-31,INV-2,D,80.00\n"
    is_clear = direction == "direction"
    content = content.replace(b"D,80", b"C,80") if is_clear else content
    page = upload(shop.owner, content, account="main")
    if is_clear:
        assert "seems to say which way money went" not in page.text
    else:
        assert "Kind seems to say which way money went, and no amount has a sign" in page.text
    answer = shop.owner.post(COLUMNS, **answered(page.text, **{"column-2": direction}))
    assert (answer.status_code, len(money(shop))) == (303, count)
    again = upload(shop.owner, content.replace(b"INV-", b"INV-4"), account="main")
    assert (again.status_code, len(money(shop))) == (303, 2 * count)


@pytest.mark.parametrize(("content", "told"), [
    (b"\x00\x01", "NUL characters"), (b"hello", "no known format"), (b" ", "the file is empty"),
    (b"<script>alert(1)</script>", "neither CAMT"),
    (b"Date,Amount\n2026-03-02,<b>x</b>\n", "no known format|no amount"),
])  # fmt: skip
def test_what_is_no_statement_is_refused_with_its_reason(
    shop: Shop, content: bytes, told: str
) -> None:
    answer = upload(shop.owner, content, "<i>bad</i>.csv")
    assert answer.status_code in {200, 422}
    assert re.search(told, answer.text)
    assert "<i>bad" not in answer.text
    assert money(shop) == []


def test_a_statement_that_does_not_add_up_is_refused_with_the_figures(shop: Shop) -> None:
    answer = upload(shop.owner, raw("german.sta").replace(b"1245,50", b"1245,51"))
    assert answer.status_code == 422
    assert "but the closing balance is EUR 1,245.51" in answer.text
    assert money(shop) == []


def test_the_size_has_a_limit(shop: Shop) -> None:
    line = b"2026-03-02,INV-1 and a long text to fill the line,1.00,USD\n"
    table = b"Date,Text,Amount,Currency\n" + line * (2_000_000 // len(line))
    assert upload(shop.owner, table, account="main").status_code == 200
    assert upload(shop.owner, b"x" * (BYTES_MAX + 1)).status_code == 422
    assert upload(shop.owner, b"x" * (BYTES_MAX + 500_000)).status_code == 413
    other = shop.owner.client.post("/clients/1/policy", data={"document": "x" * 1_100_000})
    assert other.status_code in {400, 413}


def test_without_a_file_or_with_a_strange_company_nothing_is_stored(shop: Shop) -> None:
    assert shop.owner.post(WHERE, company="1").status_code == 422
    assert upload(shop.owner, raw("german.sta"), company="99").status_code == 422
    assert upload(shop.owner, raw("german.sta"), company="x").status_code == 422
    assert money(shop) == []


def test_a_stranger_neither_sees_nor_confirms(shop: Shop) -> None:
    page = upload(shop.owner, raw("german.csv")).text
    stranger = shop.stranger()
    assert stranger.get(WHERE).status_code == 404
    assert upload(stranger, raw("german.sta")).status_code == 404
    assert stranger.post(COLUMNS, **answered(page)).status_code == 404
    own = "/clients/2/statements/columns"
    assert path_of(stranger.post(own, **answered(page, company="2"))) == "/clients/2/statements"
    assert money(shop) == []


def test_every_page_of_the_client_leads_there(shop: Shop) -> None:
    assert f'href="{WHERE}"' in shop.owner.page("/clients/1")


@pytest.mark.parametrize(("ledger", "is_told"), [("xero", True), ("quickbooks", False)])
def test_what_xero_lets_nobody_do_with_bank_lines_is_said(
    desk: Office, ledger: str, is_told: bool
) -> None:
    user, company = f"books@{ledger}.example", company_of(desk, ledger, "Harbour")
    visitor = desk.visitor()
    visitor.sign_in(ledger, user, company)
    visitor.connect(ledger, user, company)
    told = "Xero lets no app read the lines of its bank feed, or reconcile them."
    assert (told in visitor.page(WHERE)) == is_told
    assert told in visitor.page("/clients/1/connections")
