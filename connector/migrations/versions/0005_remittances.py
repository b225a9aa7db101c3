"""What payers and processors say about money: advices, payouts and the keys to read them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payout",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("processor", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("arrived", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("line_id", sa.String(length=80), nullable=False),
        sa.Column("kept_at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "processor", "id", name=op.f("pk_payout")),
    )
    op.create_index("ix_payout_state", "payout", ["connection_id", "state"])
    op.create_table(
        "processor_key",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("processor", sa.String(length=20), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "processor", name=op.f("pk_processor_key")),
    )
    op.create_table(
        "remittance",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("cash_kind", sa.String(length=20), nullable=False),
        sa.Column("cash_id", sa.String(length=80), nullable=False),
        sa.Column("arrived_at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "id", name=op.f("pk_remittance")),
    )
    op.create_index("ix_remittance_state", "remittance", ["connection_id", "state"])
    op.create_index("ix_remittance_cash", "remittance", ["connection_id", "cash_kind", "cash_id"])
    op.create_table(
        "waiting_mail",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("arrived_at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "id", name=op.f("pk_waiting_mail")),
    )
    op.create_index("ix_cash_total", "cash", ["connection_id", "total_minor"])


def downgrade() -> None:
    op.drop_index("ix_cash_total", "cash")
    op.drop_table("waiting_mail")
    op.drop_table("remittance")
    op.drop_table("processor_key")
    op.drop_table("payout")
