"""What the DNS of sending domains was found to say"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sending_domain",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("proofs", sa.JSON(), nullable=False),
        sa.Column("aligned", sa.Boolean(), nullable=False),
        sa.Column("checked_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("tried_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_sending_domain")),
    )


def downgrade() -> None:
    op.drop_table("sending_domain")
