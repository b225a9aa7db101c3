"""Who sent a mail is found by the addresses that the ledgers know; one answer may hold several."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

CHARACTERS_MAX = 254
ROWS = 5_000


def upgrade() -> None:
    op.add_column("hold", sa.Column("ends_with", sa.Integer(), nullable=True))
    table = op.create_table(
        "customer_address",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=CHARACTERS_MAX), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "customer_id", "address"),
    )
    op.create_index("ix_customer_address_everywhere", "customer_address", ["address"])
    known = op.get_bind().execute(sa.text(
        "SELECT connection_id, id, body FROM mirror WHERE kind = 'customer' AND status = 'open'"
        " AND body <> ''"
    ))  # fmt: skip
    while rows := known.fetchmany(ROWS):
        found = {
            (row.connection_id, row.id, email.strip().casefold())
            for row in rows
            for email in json.loads(row.body).get("emails", ())
            if "@" in email and len(email.strip().casefold()) <= CHARACTERS_MAX
        }
        op.bulk_insert(table, [
            dict(zip(("connection_id", "customer_id", "address"), place, strict=True))
            for place in sorted(found)
        ])  # fmt: skip


def downgrade() -> None:
    op.drop_table("customer_address")
    op.drop_column("hold", "ends_with")
