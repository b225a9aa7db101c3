"""A bank's CSV whose headings nobody knows, from the upload to the money, by keyboard and eye."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from connector.money import cash
from connector.money.cash import Standing
from tests.browser.house import PHONE, House
from tests.browser.seeing import faults, look, picture
from tests.browser.visits import at_work

STRANGE = """Wanneer;Wie en wat;Notitie;Bij ons;Na
02/03/2026;Alder & Sons INV-1001;a rather long note that goes on and on for a while;120.00;1,120.00
03/03/2026;Elm INV-2;;30.50;1,150.50
04/03/2026;Huur;rent of March;-50.00;1,100.50
"""
DOUBTED = """When,What,How much,Cur
2026-03-10,Ash INV-1,5.00,EUR
2026-03-11,y 2 z,-6.00,EUR
"""
NARROW = 390
"""Pixels of a common phone."""


def _upload(page: Page, content: str) -> None:
    page.goto("/clients/1/statements")
    page.get_by_label("A statement of the bank").set_input_files(
        {"name": "rapport.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_label("Account, if a CSV does not name it").fill("main")
    page.get_by_role("button", name="Import", exact=True).press("Enter")


def _choose_by_keys(page: Page, label: str, word: str) -> None:
    """As with a keyboard alone: the first letters of what is meant."""
    field = page.get_by_label(label)
    field.focus()
    page.keyboard.type(word)
    expect(field.locator("option:checked")).to_have_text(word)


def test_what_each_column_is_is_said_by_keyboard(house: House, tmp_path: Path) -> None:
    house.company("xero", "Corner Shop")
    page = at_work(house, "xero")
    _upload(page, STRANGE)
    expect(page.get_by_role("heading", name="How is rapport.csv read?")).to_be_visible()
    look(page, tmp_path / "asked.png")
    _choose_by_keys(page, "Column 2, Wie en wat, is", "payer's name")
    _choose_by_keys(page, "Column 4, Bij ons, is", "not used")
    page.get_by_label("Days are written").select_option("DMY")
    page.get_by_role("button", name="Import, and keep these columns").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No column is an amount")
    expect(page.get_by_label("Column 2, Wie en wat, is")).to_have_value("payer")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        look(page, tmp_path / f"wrong-{scheme}.png")
        page.set_viewport_size({"width": NARROW, "height": PHONE[1]})
        picture(page, tmp_path / f"narrow-{scheme}.png")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    _choose_by_keys(page, "Column 4, Bij ons, is", "amount")
    page.get_by_role("button", name="Import, and keep these columns").press("Enter")
    expect(page.get_by_text("rapport.csv: 2 credits read, 2 of them new.")).to_be_visible()
    assert faults(page) == []
    with house.deps.reading() as tx:
        lines = [it for it in cash.listed(tx, 1, tuple(Standing)) if it.kind == cash.BANK]
    assert {it.payer for it in lines} == {"Alder & Sons INV-1001", "Elm INV-2"}
    _upload(page, STRANGE.replace("/03/2026", "/04/2026"))
    expect(page.get_by_text("rapport.csv: 2 credits read, 2 of them new.")).to_be_visible()


def test_what_is_asked_about_a_column_is_seen_and_wants_an_answer(
    house: House, tmp_path: Path
) -> None:
    house.company("xero", "Corner Shop")
    page = at_work(house, "xero")
    page.set_viewport_size({"width": NARROW, "height": PHONE[1]})
    _upload(page, DOUBTED)
    asked = page.get_by_label("Column 4, Cur, is")
    look(page, tmp_path / "question.png")
    asked.scroll_into_view_if_needed()
    box = asked.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW
    picture(page, tmp_path / "asked-narrow.png")
    page.get_by_role("button", name="Import, and keep these columns").press("Enter")
    expect(asked).to_be_focused()
    page.locator("form:has(#column-3)").evaluate("(form) => { form.noValidate = true }")
    page.get_by_role("button", name="Import, and keep these columns").press("Enter")
    expect(asked).to_have_attribute("aria-invalid", "true")
    expect(asked).to_have_accessible_description(re.compile("Say what this column is"))
    picture(page, tmp_path / "missing-narrow.png")
    look(page, tmp_path / "missing.png")
    _choose_by_keys(page, "Column 4, Cur, is", "currency")
    page.get_by_role("button", name="Only show how it would be read").press("Enter")
    expect(page.get_by_role("cell", name="EUR 5.00", exact=True)).to_be_visible()
    look(page, tmp_path / "shown.png")
    page.get_by_role("button", name="Import, and keep these columns").press("Enter")
    expect(page.get_by_text("rapport.csv: 1 credits read, 1 of them new.")).to_be_visible()
