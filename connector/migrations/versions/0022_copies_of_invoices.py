"""What was seen of a message may be about one invoice: whose copy was fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = ("connection_id", "message_id", "recipient", "kind", "minute", "by_machine")


def upgrade() -> None:
    with op.batch_alter_table("message_event") as event:
        event.add_column(
            sa.Column("about", sa.String(length=64), nullable=False, server_default="")
        )
        event.drop_constraint("pk_message_event", type_="primary")
        event.create_primary_key("pk_message_event", [*KEY, "about"])


def downgrade() -> None:
    op.execute("DELETE FROM message_event WHERE about <> ''")
    with op.batch_alter_table("message_event") as event:
        event.drop_constraint("pk_message_event", type_="primary")
        event.create_primary_key("pk_message_event", list(KEY))
        event.drop_column("about")
