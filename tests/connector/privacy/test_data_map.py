"""The map of what is kept of people: nothing that can hold words is in a table unseen."""

from __future__ import annotations

import sqlalchemy as sa

from connector import schema
from connector.outgoing.effects import WORDS
from connector.privacy.data_map import (
    HOLDINGS,
    SAID_IN_AUDIT,
    SAID_IN_EFFECTS,
    Holding,
    RecordClass,
)
from connector.privacy.data_subject import tenants_tables
from connector.rules.retention_settings import Retention

SEARCHED = {
    "agenda": {"reason"}, "approval": {"options"}, "audit": {"what"},
    "backtest": {"agreement", "body"}, "bank_file": {"notes"}, "bank_mapping": {"mapping"},
    "charge": {"about", "reason", "working", "facts"}, "consent": {"words"},
    "decision": {"inputs", "outcome"}, "deduction": {"checks"},
    "discrepancy": {"fault", "places", "reason"}, "habit": {"value"},
    "inbox": {"error"}, "intent": {"effect", "facts", "draft", "error"}, "letter": {"facts"},
    "message": {"stood_on"},
    "payment_plan": {"instalments"}, "payout": {"body"}, "payout_round": {"trouble"},
    "phone_contact": {"outcome"}, "remittance": {"body"}, "sweep": {"compare_result"},
    "whatif": {"policy", "rows"},
}  # fmt: skip
"""What holds figures, rules or our own words, in which the person is looked for; or, in consents
and the audit log, what its owner erases."""
NOT_ERASED = {
    "api_pace": {"recent"}, "processor_key": {"sealed"},
    "bank_upload": {"raw"}, "waiting_mail": {"raw"},
}  # fmt: skip
"""Of nobody, or there for minutes only; docs/erasure.md says so of files and mails that wait."""
IDS = {"invoice_ids"}


def test_every_column_that_can_hold_words_is_on_the_map_or_was_looked_at() -> None:
    for name, table in tenants_tables().items():
        holding = HOLDINGS.get(name, Holding())
        free = {
            column.name
            for column in table.columns
            if isinstance(column.type, sa.Text | sa.JSON | sa.LargeBinary)
        }
        seen = {*holding.names, *holding.words, *holding.hashed, *IDS}
        left = set() if holding.whole else free - seen
        assert left == SEARCHED.get(name, set()) | NOT_ERASED.get(name, set()), name


def test_the_map_names_only_what_there_is() -> None:
    tables = schema.metadata().tables
    for name, holding in HOLDINGS.items():
        named = {*holding.names, *holding.words, *holding.hashed, *holding.aged}
        assert named | ({holding.since} - {""}) <= set(tables[name].c.keys()), name
        assert bool(holding.kept_as) == bool(holding.since), name
    assert {one for names in SAID_IN_EFFECTS.values() for one in names} <= set(WORDS)
    assert set(SAID_IN_AUDIT) <= set(RecordClass)
    assert set(Retention.model_fields) == {one.value for one in RecordClass}
    assert {one.kept_as for one in HOLDINGS.values()} - {None} == set(RecordClass)
