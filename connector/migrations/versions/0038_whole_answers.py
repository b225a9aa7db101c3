"""The whole of an answer stands beside what may be the customer's own words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("whole", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("reply", "whole")
