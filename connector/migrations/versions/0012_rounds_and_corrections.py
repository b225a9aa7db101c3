"""When payouts are fetched next, and what was corrected in the ledger as a state of its own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None

CORRECTED = "changed in the ledger by somebody"
"""The words by which a correction was known before it had a state."""
intent = sa.table("intent", sa.column("state"), sa.column("error"))


def upgrade() -> None:
    op.create_table(
        "payout_round",
        sa.Column("processor", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("tried_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("done_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("next_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "processor", name=op.f("pk_payout_round")),
    )
    op.create_index("ix_intent_decision", "intent", ["connection_id", "decision_id"])
    op.create_index("ix_intent_receipt", "intent", ["connection_id", "receipt"])
    op.execute(
        sa.update(intent)
        .where(intent.c.state == "reversed", intent.c.error == CORRECTED)
        .values(state="corrected")
    )


def downgrade() -> None:
    op.execute(sa.update(intent).where(intent.c.state == "corrected").values(state="reversed"))
    op.drop_index("ix_intent_receipt", "intent")
    op.drop_index("ix_intent_decision", "intent")
    op.drop_table("payout_round")
