"""Links in messages, what became of messages, and customers' contacts with their roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tracked_link",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("intent_key", sa.String(length=50), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "token", name=op.f("pk_tracked_link")),
        sa.UniqueConstraint("token", name=op.f("uq_tracked_link_token")),
    )
    op.create_index("ix_tracked_link_customer", "tracked_link", ["connection_id", "customer_id"])
    op.create_table(
        "message_event",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("minute", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("by_machine", sa.Boolean(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection_id", "message_id", "recipient", "kind", "minute", "by_machine",
            name=op.f("pk_message_event"),
        ),
    )  # fmt: skip
    op.create_index("ix_message_event_token", "message_event", ["connection_id", "token"])
    op.create_index("ix_message_event_recipient", "message_event", ["connection_id", "recipient"])
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_customer", "contact", ["connection_id", "customer_id"])


def downgrade() -> None:
    op.drop_index("ix_contact_customer", "contact")
    op.drop_table("contact")
    op.drop_index("ix_message_event_recipient", "message_event")
    op.drop_index("ix_message_event_token", "message_event")
    op.drop_table("message_event")
    op.drop_index("ix_tracked_link_customer", "tracked_link")
    op.drop_table("tracked_link")
