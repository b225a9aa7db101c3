"""Bank files, the columns of each bank, and what the bank says of a payer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FACTS = ("payer_account", "end_to_end_id", "bank_reference")


def upgrade() -> None:
    for name in FACTS:
        op.add_column(
            "cash",
            sa.Column(name, sa.String(length=140), server_default="", nullable=False),
        )
    op.create_table(
        "bank_file",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "digest", name=op.f("pk_bank_file")),
    )
    op.create_table(
        "bank_mapping",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "fingerprint", name=op.f("pk_bank_mapping")),
    )
    op.create_table(
        "bank_upload",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "digest", name=op.f("pk_bank_upload")),
    )
    op.create_table(
        "bank_balance",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("closed", sa.Date(), nullable=False),
        sa.Column("closing_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection_id", "account", "currency", name=op.f("pk_bank_balance")
        ),
    )


def downgrade() -> None:
    for table in ("bank_balance", "bank_upload", "bank_mapping", "bank_file"):
        op.drop_table(table)
    for name in FACTS:
        op.drop_column("cash", name)
