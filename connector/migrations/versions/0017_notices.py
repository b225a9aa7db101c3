"""Daily rounds, the client's own systems and what they were told, and thank-yous."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0017"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_round",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("since", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("next_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "kind", name=op.f("pk_notice_round")),
    )
    op.create_index("ix_notice_round_due", "notice_round", ["next_at"])
    op.create_table(
        "hook_endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("sealed_before", sa.Text(), nullable=False),
        sa.Column("before_until", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_hook_endpoint_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_endpoint")),
        sa.UniqueConstraint("client_id", "url", name=op.f("uq_hook_endpoint_client_id")),
    )
    op.create_index(op.f("ix_hook_endpoint_client_id"), "hook_endpoint", ["client_id"])
    op.create_table(
        "customer_news",
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("intent_key", sa.String(length=50), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection_id", "endpoint_id", "customer_id", name=op.f("pk_customer_news")
        ),
    )
    op.create_table(
        "thanked",
        sa.Column("payment_kind", sa.String(length=20), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection_id", "payment_kind", "payment_id", name=op.f("pk_thanked")
        ),
    )
    op.create_index("ix_thanked_customer", "thanked", ["connection_id", "customer_id"])
    op.add_column(
        "outreach",
        sa.Column("is_step", sa.Boolean(), server_default=sa.true(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("outreach", "is_step")
    op.drop_index("ix_thanked_customer", "thanked")
    op.drop_table("thanked")
    op.drop_table("customer_news")
    op.drop_index(op.f("ix_hook_endpoint_client_id"), "hook_endpoint")
    op.drop_table("hook_endpoint")
    op.drop_index("ix_notice_round_due", "notice_round")
    op.drop_table("notice_round")
