"""What was found about deductions, price lists, and what money was before its bank converted it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deduction", sa.Column("checks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "deduction", sa.Column("checked_at", connector.db.Moment(timezone=True), nullable=True)
    )
    op.create_table(
        "price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit_price", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_price_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
    )
    op.create_index("ix_price_item", "price", ["client_id", "key"])
    op.add_column("cash", sa.Column("original_minor", sa.BigInteger(), nullable=True))
    for name, length in (("original_currency", 3), ("rate_unit", 3), ("rate_price", 40)):
        op.add_column(
            "cash",
            sa.Column(name, sa.String(length=length), nullable=False, server_default=""),
        )


def downgrade() -> None:
    for name in ("rate_price", "rate_unit", "original_currency", "original_minor"):
        op.drop_column("cash", name)
    op.drop_index("ix_price_item", "price")
    op.drop_table("price")
    op.drop_column("deduction", "checked_at")
    op.drop_column("deduction", "checks")
