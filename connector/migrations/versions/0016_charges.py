"""Late fees and statutory interest: what was drafted for each period, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sweep", sa.Column("charged_at", connector.db.Moment(timezone=True), nullable=True)
    )
    op.create_table(
        "charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("invoice_ids", sa.JSON(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("working", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drafted_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("intent_key", sa.String(length=50), nullable=False),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        sa.UniqueConstraint("connection_id", "key", name=op.f("uq_charge_connection_id")),
    )
    op.create_index("ix_charge_state", "charge", ["connection_id", "state"])
    op.create_index("ix_charge_customer", "charge", ["connection_id", "customer_id"])
    op.create_index("ix_charge_receipt", "charge", ["connection_id", "receipt"])


def downgrade() -> None:
    op.drop_index("ix_charge_receipt", "charge")
    op.drop_index("ix_charge_customer", "charge")
    op.drop_index("ix_charge_state", "charge")
    op.drop_table("charge")
    op.drop_column("sweep", "charged_at")
