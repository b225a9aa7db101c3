"""Disputes that customers and people open, who ended a hold, and links that were revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_then_minor", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", connector.db.Moment(timezone=True)),
        sa.Column("ended_by", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index("ix_dispute_customer", "dispute", ["connection_id", "customer_id"])
    op.create_index("ix_dispute_state", "dispute", ["connection_id", "state"])
    op.add_column(
        "hold", sa.Column("ended_by", sa.String(length=120), nullable=False, server_default="")
    )
    op.add_column("tracked_link", sa.Column("revoked_at", connector.db.Moment(timezone=True)))


def downgrade() -> None:
    op.drop_column("tracked_link", "revoked_at")
    op.drop_column("hold", "ended_by")
    op.drop_index("ix_dispute_state", "dispute")
    op.drop_index("ix_dispute_customer", "dispute")
    op.drop_table("dispute")
