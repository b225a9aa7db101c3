"""A mark for each company that changes whenever its customers do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_mark",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_name_mark")),
    )


def downgrade() -> None:
    op.drop_table("name_mark")
