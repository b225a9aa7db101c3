"""How a contact asked to be written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("prefers", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("contact", "prefers")
