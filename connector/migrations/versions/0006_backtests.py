"""What came of trying the matcher on a client's past"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backtest",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("agreement", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "number", name=op.f("pk_backtest")),
    )


def downgrade() -> None:
    op.drop_table("backtest")
