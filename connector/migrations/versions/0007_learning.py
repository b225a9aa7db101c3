"""What is learned of payers, and the cases of what they took off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint(
            "connection_id", "sort", "name", "customer_id",
            name=op.f("uq_alias_connection_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "deduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("closed_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deduction")),
        sa.UniqueConstraint(
            "connection_id", "decision_id", "invoice_id",
            name=op.f("uq_deduction_connection_id"),
        ),
    )  # fmt: skip
    op.create_index("ix_deduction_open", "deduction", ["connection_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_deduction_open", "deduction")
    op.drop_table("deduction")
    op.drop_table("alias")
