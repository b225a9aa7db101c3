"""Whom a subject is about: by name, and with the number that the ledger gave."""

from __future__ import annotations

import pytest

from connector.answering import subjects
from connector.answering.subjects import Named
from connector.deps import Deps
from tests.connector.remembered import JANE, company


@pytest.mark.parametrize(("subject", "words"), [
    ("customer:c1/USD", "USD"), ("formal:c1/USD", "USD"), ("customer:c1", ""),
    ("letter:c1/USD", "letter, USD"), ("telephone:c1", "telephone"), ("promise:c1", "promise"),
    ("dispute:D1", "dispute D1"), ("invoice:i-c1", "invoice INV-i-c1"),
])  # fmt: skip
def test_a_subject_is_named_as_people_call_it(both: Deps, subject: str, words: str) -> None:
    connection_id = company(both)
    with both.reading() as tx:
        found = subjects.named(tx, connection_id, [subject])
        elsewhere = subjects.named(tx, connection_id + 1, [subject])
    assert found == {subject: Named(JANE.customer_id, JANE.name, words)}
    assert elsewhere == {}


@pytest.mark.parametrize("subject", [
    "", "everything", "customer:nobody", "invoice:nothing", "payment:1", "bank:line-c1", "note:c1",
    "charge:9", "mail:ann@x.example",
])  # fmt: skip
def test_what_is_about_nobody_known_is_not_named(both: Deps, subject: str) -> None:
    connection_id = company(both)
    with both.reading() as tx:
        assert subjects.named(tx, connection_id, [subject]) == {}
