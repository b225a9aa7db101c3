"""Letters as people edited them, modes of segments, and policies that come from a firm's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edit",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("drafted", sa.JSON(), nullable=False),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "decision_id", name=op.f("pk_edit")),
    )
    op.create_index("ix_edit_about", "edit", ["connection_id", "about"])


def downgrade() -> None:
    op.drop_index("ix_edit_about", "edit")
    op.drop_table("edit")
