"""Letters as people edited them, modes of segments, and policies that come from a firm's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0019"
down_revision = "0018"
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
    op.create_table(
        "firm_policy",
        sa.Column("reseller_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reseller_id"], ["reseller.id"], name=op.f("fk_firm_policy_reseller_id_reseller")
        ),
        sa.PrimaryKeyConstraint("reseller_id", "version", name=op.f("pk_firm_policy")),
    )
    op.add_column("policy", sa.Column("own", sa.JSON(), nullable=True))
    op.add_column(
        "policy", sa.Column("firm_version", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "mode", sa.Column("segment", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column("mode", sa.Column("reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("mode", "reason")
    op.drop_column("mode", "segment")
    op.drop_column("policy", "firm_version")
    op.drop_column("policy", "own")
    op.drop_table("firm_policy")
    op.drop_index("ix_edit_about", "edit")
    op.drop_table("edit")
