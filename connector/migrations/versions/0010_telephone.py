"""Consents, and what went out by telephone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0010"
down_revision = "0008"
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
    op.create_table(
        "phone_contact",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("intent_key", sa.String(length=50), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_ids", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sid", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("turn", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("transcript", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("read_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "token", name=op.f("pk_phone_contact")),
        sa.UniqueConstraint("token", name=op.f("uq_phone_contact_token")),
    )
    op.create_index("ix_phone_contact_number", "phone_contact", ["number", "at"])


def downgrade() -> None:
    op.drop_index("ix_phone_contact_number", "phone_contact")
    op.drop_table("phone_contact")
    op.drop_index("ix_consent_everywhere", "consent")
    op.drop_index("ix_consent_address", "consent")
    op.drop_table("consent")
