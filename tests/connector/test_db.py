"""The layer that keeps tenants apart, and moments that come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from connector import db
from connector.clients import sweeps, tenants
from connector.db import TenantMissing
from connector.decided import holds
from connector.deps import Deps
from connector.mirroring import inbox, mirror
from tests.connector.office import NOW, connect

m, i, h = mirror.mirror_table.c, inbox.inbox_table.c, holds.hold_table.c

OF_NOBODY = {
    "a select": sa.select(m.id),
    "a count": sa.select(sa.func.count()).select_from(mirror.mirror_table),
    "another column": sa.select(m.id).where(m.id == "7"),
    "an update": sa.update(mirror.mirror_table).values(status="void"),
    "a delete": sa.delete(inbox.inbox_table).where(i.state == "handled"),
    "a join that names one side": sa.select(m.id)
    .join(inbox.inbox_table, i.record_id == m.id)
    .where(m.connection_id == 1),
    "a join that names nobody": sa.select(m.id).join(
        inbox.inbox_table, i.connection_id == m.connection_id
    ),
    "everybody but one": sa.select(m.id).where(m.connection_id != 1),
    "everybody after one": sa.select(m.id).where(m.connection_id > 1),
    "one's own or something else": sa.select(m.id).where(
        sa.or_(m.connection_id == 1, m.status == "open")
    ),
    "not one's own": sa.select(m.id).where(sa.not_(m.connection_id == 1)),
    "a sub-select": sa.select(sa.literal(1)).where(
        sa.exists(sa.select(i.id).where(i.state == "waiting"))
    ),
    "a union": sa.union_all(sa.select(m.id).where(m.connection_id == 1), sa.select(i.record_id)),
    "an alias": sa.select(sa.alias(mirror.mirror_table).c.id),
    "a union of the same table": sa.union_all(
        sa.select(m.id).where(m.connection_id == 1), sa.select(m.id)
    ),
    "a sub-select of the same table": sa.select(m.id).where(
        m.connection_id == 1, m.id.in_(sa.select(m.id).where(m.status == "open"))
    ),
    "what an insert copies": sa.insert(inbox.inbox_table).from_select(
        ["record_id"], sa.select(m.id)
    ),
    "a sub-select as a table": sa.select(sa.select(m.id).subquery().c.id),
    "a common table": sa.select(sa.select(m.id).cte("all_of_them").c.id),
}
OF_ONE = {
    "a select": sa.select(m.id).where(m.connection_id == 1),
    "several": sa.select(m.id).where(m.connection_id.in_([1, 2])),
    "a join": sa.select(m.id)
    .join(inbox.inbox_table, i.record_id == m.id)
    .where(m.connection_id == 1, i.connection_id == m.connection_id),
    "an update": sa.update(mirror.mirror_table).where(m.connection_id == 1).values(status="void"),
    "a delete": sa.delete(inbox.inbox_table).where(i.connection_id == 1, i.state == "handled"),
    "its own or of its customer": sa.select(h.id).where(
        h.connection_id == 1, sa.or_(h.customer_id == "", h.customer_id == "7")
    ),
    "a sub-select that is tied to it": sa.select(m.id).where(
        m.connection_id == 1,
        sa.exists(sa.select(i.id).where(i.connection_id == m.connection_id)),
    ),
    "an alias that is tied to it": sa.select(m.id).where(
        m.connection_id == 1,
        sa.exists(
            sa.select(sa.literal(1)).where(
                (other := sa.alias(mirror.mirror_table)).c.connection_id == m.connection_id,
                other.c.id == m.customer_id,
            )
        ),
    ),
    "a common table": sa.select(sa.select(m.id).where(m.connection_id == 1).cte("all_of_one").c.id),
    "a table without tenants": sa.select(tenants.client_table.c.id),
}


@pytest.mark.parametrize("name", OF_NOBODY)
def test_a_statement_that_does_not_say_whose_rows_it_means_is_refused(
    deps: Deps, name: str
) -> None:
    connection_id = connect(deps)
    with deps.writing() as tx:
        sweeps.keep(tx, connection_id, imported=1)
        with pytest.raises(TenantMissing, match="names no connection_id"):
            tx.execute(OF_NOBODY[name])


@pytest.mark.parametrize("name", OF_ONE)
def test_a_statement_about_one_tenant_is_carried_out(deps: Deps, name: str) -> None:
    with deps.writing() as tx:
        tx.execute(OF_ONE[name])


def test_looking_over_all_tenants_must_be_said_with_a_reason(deps: Deps) -> None:
    with deps.reading() as tx:
        tx.execute(OF_NOBODY["a select"], execution_options=db.across("health is about all"))
    with pytest.raises(AssertionError, match="say why"):
        db.across("")


def test_moments_come_back_aware_and_in_utc(both: Deps) -> None:
    connection_id = connect(both)
    told = datetime(2026, 3, 29, 3, 30, 0, 123456, timezone(timedelta(hours=2)))
    with both.writing() as tx:
        sweeps.keep(tx, connection_id, swept_at=told)
    with both.reading() as tx:
        found = sweeps.progress(tx, connection_id).swept_at
    assert found == told
    assert found is not None
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(both: Deps) -> None:
    connection_id = connect(both)
    naive = NOW.replace(tzinfo=None)
    with pytest.raises((AssertionError, sa.exc.StatementError)), both.writing() as tx:
        sweeps.keep(tx, connection_id, swept_at=naive)
    with both.reading() as tx:
        assert sweeps.progress(tx, connection_id).swept_at is None


def test_a_transaction_is_kept_whole_or_not_at_all(both: Deps) -> None:
    connection_id = connect(both)

    def half() -> None:
        with both.writing() as tx:
            sweeps.keep(tx, connection_id, imported=7)
            raise RuntimeError("died here")

    with pytest.raises(RuntimeError):
        half()
    with both.reading() as tx:
        assert sweeps.progress(tx, connection_id).imported == 0


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys(deps: Deps) -> None:
    with deps.reading() as tx:
        told = [
            tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
    assert told == ["wal", 1, 1]
