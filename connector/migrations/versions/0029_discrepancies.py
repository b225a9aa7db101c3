"""Receipts that do not add up, and what a person said of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "discrepancy",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("since", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("explained_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "subject", name=op.f("pk_discrepancy")),
    )


def downgrade() -> None:
    op.drop_table("discrepancy")
