"""What a language model takes customers' answers to mean, and what holds until one is read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestion",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=True),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "message_id", name=op.f("pk_suggestion")),
    )
    op.add_column("reply", sa.Column("hold_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("reply", "hold_id")
    op.drop_table("suggestion")
