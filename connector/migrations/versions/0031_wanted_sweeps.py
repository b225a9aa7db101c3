"""When somebody last began to wait for a sweep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sweep", sa.Column("wanted_at", connector.db.Moment(timezone=True)))


def downgrade() -> None:
    op.drop_column("sweep", "wanted_at")
