"""Credit holds and referrals that people decided, and who took which back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("do", sa.String(length=20), nullable=False),
        sa.Column("invoice_ids", sa.JSON(), nullable=False),
        sa.Column("first_by", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formal_step")),
    )
    op.create_index("ix_formal_step_customer", "formal_step", ["connection_id", "customer_id"])


def downgrade() -> None:
    op.drop_index("ix_formal_step_customer", "formal_step")
    op.drop_table("formal_step")
