"""What the ledger said of each invoice when a message about it went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("stood_on", sa.JSON()))


def downgrade() -> None:
    op.drop_column("message", "stood_on")
