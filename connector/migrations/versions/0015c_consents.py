"""Who may be written to or called by machine, and who said no."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0015c"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_address", "consent", ["connection_id", "address"])
    op.create_index("ix_consent_everywhere", "consent", ["address"])


def downgrade() -> None:
    op.drop_index("ix_consent_everywhere", "consent")
    op.drop_index("ix_consent_address", "consent")
    op.drop_table("consent")
