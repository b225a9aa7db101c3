"""Up to when it is known how customers paid, apart from when it was last tried."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sweep", sa.Column("history_read_at", connector.db.Moment(timezone=True), nullable=True)
    )
    op.execute("UPDATE sweep SET history_read_at = history_at")


def downgrade() -> None:
    op.drop_column("sweep", "history_read_at")
