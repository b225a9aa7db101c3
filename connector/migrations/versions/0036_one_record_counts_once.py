"""A record stands for one other at most; money is found by its day, its sum and what was asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

COUNTS = "ended_at IS NULL AND \"of\" <> ''"


def upgrade() -> None:
    op.add_column(
        "set_aside",
        sa.Column("ended_by", sa.String(length=120), nullable=False, server_default=""),
    )
    _end_younger()
    op.create_index(
        "uq_set_aside_of", "set_aside", ["connection_id", "of"], unique=True,
        sqlite_where=sa.text(COUNTS), postgresql_where=sa.text(COUNTS),
    )  # fmt: skip
    op.add_column("mirror", sa.Column("received", sa.Date()))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "UPDATE mirror SET received = json_extract(body, '$.received') WHERE body <> ''"
            " AND kind IN ('payment', 'overpayment', 'prepayment', 'batch_payment')"
        )
    else:
        op.execute(
            "UPDATE mirror SET received = CAST(CAST(body AS json) ->> 'received' AS date)"
            " WHERE body <> ''"
            " AND kind IN ('payment', 'overpayment', 'prepayment', 'batch_payment')"
        )
    op.drop_index("ix_mirror_total", "mirror")
    op.create_index("ix_mirror_total", "mirror", ["connection_id", "total_minor", "received"])
    op.create_index("ix_cash_original", "cash", ["connection_id", "original_minor"])
    op.create_index("ix_cash_day", "cash", ["connection_id", "kind", "received"])
    op.create_index("ix_approval_subject", "approval", ["connection_id", "subject"])


def _end_younger() -> None:
    """Of several that count with one record the oldest does; the others are decided on again, and
    by a person, since they were set aside before."""
    younger = op.get_bind().execute(sa.text(
        "SELECT id, connection_id, subject, left_minor FROM set_aside WHERE ended_at IS NULL"
        " AND \"of\" <> '' AND EXISTS (SELECT 1 FROM set_aside AS elder"
        " WHERE elder.connection_id = set_aside.connection_id AND elder.\"of\" = set_aside.\"of\""
        " AND elder.ended_at IS NULL AND elder.id < set_aside.id)"
    )).all()  # fmt: skip
    for id_, connection_id, subject, left in younger:
        kind, _, name = subject.partition(":")
        op.get_bind().execute(
            sa.text("UPDATE set_aside SET ended_at = at, ended_by = 'ledgerhand' WHERE id = :id"),
            {"id": id_},
        )
        op.get_bind().execute(
            sa.text(
                "UPDATE cash SET state = 'new', seen_at = NULL, left_minor = :left"
                " WHERE connection_id = :connection AND kind = :kind AND id = :name"
                " AND state IN ('closed', 'ignored')"
            ),
            {"left": left, "connection": connection_id, "kind": kind, "name": name},
        )


def downgrade() -> None:
    op.drop_index("ix_approval_subject", "approval")
    op.drop_index("ix_cash_day", "cash")
    op.drop_index("ix_cash_original", "cash")
    op.drop_index("ix_mirror_total", "mirror")
    op.create_index("ix_mirror_total", "mirror", ["connection_id", "total_minor"])
    op.drop_column("mirror", "received")
    op.drop_index("uq_set_aside_of", "set_aside")
    op.drop_column("set_aside", "ended_by")
