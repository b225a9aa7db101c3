"""Money that is set aside, what banks took back, and bookings in one sum by their parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("aside_as", sa.String(length=20), nullable=False),
        sa.Column("of", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("left_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", connector.db.Moment(timezone=True)),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    op.create_index("ix_set_aside_money", "set_aside", ["connection_id", "subject"])
    op.create_index("ix_set_aside_of", "set_aside", ["connection_id", "of"])
    op.create_table(
        "bank_return",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=47), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.String(length=140), nullable=False),
        sa.Column("bank_reference", sa.String(length=140), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("kept_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "id", name=op.f("pk_bank_return")),
    )
    op.create_index("ix_bank_return_state", "bank_return", ["connection_id", "state"])
    op.add_column(
        "cash", sa.Column("part_of", sa.String(length=140), nullable=False, server_default="")
    )
    op.create_index("ix_mirror_total", "mirror", ["connection_id", "total_minor"])


def downgrade() -> None:
    op.drop_index("ix_mirror_total", "mirror")
    op.drop_column("cash", "part_of")
    op.drop_table("bank_return")
    op.drop_table("set_aside")
