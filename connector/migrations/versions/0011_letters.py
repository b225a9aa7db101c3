"""Letters on paper, and who they are from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "connection",
        sa.Column("legal_name", sa.String(length=200), nullable=False, server_default=""),
    )
    op.add_column("connection", sa.Column("address", sa.JSON(), nullable=True))
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intent_key", sa.String(length=50), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("read_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("made_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint(
            "connection_id", "intent_key", name=op.f("uq_letter_connection_id")
        ),
    )  # fmt: skip
    op.create_index("ix_letter_state", "letter", ["connection_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_letter_state", "letter")
    op.drop_table("letter")
    op.drop_column("connection", "address")
    op.drop_column("connection", "legal_name")
