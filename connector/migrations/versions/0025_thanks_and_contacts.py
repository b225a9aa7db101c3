"""One payment thanks each customer it is for; a contact is known by the message that made it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = ("connection_id", "payment_kind", "payment_id")


def upgrade() -> None:
    with op.batch_alter_table("thanked") as thanked:
        thanked.drop_constraint("pk_thanked", type_="primary")
        thanked.create_primary_key("pk_thanked", [*KEY, "customer_id"])
    with op.batch_alter_table("outreach") as outreach:
        outreach.add_column(
            sa.Column("intent_key", sa.String(length=50), nullable=False, server_default="")
        )


def downgrade() -> None:
    with op.batch_alter_table("outreach") as outreach:
        outreach.drop_column("intent_key")
    thanked = sa.table("thanked", *map(sa.column, (*KEY, "customer_id")))
    twin = thanked.alias()
    same = [twin.c[name] == thanked.c[name] for name in KEY]
    op.execute(
        sa.delete(thanked).where(
            sa.exists().where(*same, twin.c.customer_id < thanked.c.customer_id)
        )
    )
    with op.batch_alter_table("thanked") as table:
        table.drop_constraint("pk_thanked", type_="primary")
        table.create_primary_key("pk_thanked", list(KEY))
