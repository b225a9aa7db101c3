"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agenda",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("look_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "customer_id", name=op.f("pk_agenda")),
    )
    with op.batch_alter_table("agenda", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_due", ["connection_id", "look_at"], unique=False)

    op.create_table(
        "api_day",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "day", "kind", name=op.f("pk_api_day")),
    )
    op.create_table(
        "api_pace",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_api_pace")),
    )
    op.create_table(
        "api_pause",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("until", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_api_pause")),
    )
    op.create_table(
        "api_slot",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("slot", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "slot", name=op.f("pk_api_slot")),
    )
    op.create_table(
        "approval",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("capability", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index("ix_approval_waiting", ["connection_id", "state"], unique=False)

    op.create_table(
        "asked",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("intent_key", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection_id", "invoice_id", "step", "due", name=op.f("pk_asked")
        ),
    )
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.create_index("ix_asked_customer", ["connection_id", "customer_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "number", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_decision", ["connection_id", "decision_id"], unique=False)

    op.create_table(
        "audit_chain",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "cash",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("left_minor", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", connector.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", "kind", "id", name=op.f("pk_cash")),
    )
    with op.batch_alter_table("cash", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cash_customer", ["connection_id", "customer_id", "state"], unique=False
        )
        batch_op.create_index("ix_cash_state", ["connection_id", "state"], unique=False)

    op.create_table(
        "decision",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("capability", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_subject", ["connection_id", "subject"], unique=False)

    op.create_table(
        "habit",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("learned_at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "name", name=op.f("pk_habit")),
    )
    op.create_table(
        "hold",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("until", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("ended_at", connector.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index("ix_hold_customer", ["connection_id", "customer_id"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("merged_into", sa.String(length=64), nullable=False),
        sa.Column("received_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "connection_id", "source", "event_id", name=op.f("uq_inbox_connection_id")
        ),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_due", ["state", "next_at"], unique=False)

    op.create_table(
        "intent",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("after_key", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_try", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("last_try", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("next_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", connector.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent")),
        sa.UniqueConstraint("connection_id", "key", name=op.f("uq_intent_connection_id")),
    )
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.create_index("ix_intent_due", ["state", "next_at"], unique=False)
        batch_op.create_index("ix_intent_subject", ["connection_id", "subject"], unique=False)

    op.create_table(
        "lease",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "about_id", name=op.f("pk_lease")),
    )
    op.create_table(
        "message",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("intent_key", sa.String(length=50), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("invoice_ids", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("read_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "message_id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_customer", ["connection_id", "customer_id"], unique=False)

    op.create_table(
        "mirror",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_minor", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("changed_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("read_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("touched_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "kind", "id", name=op.f("pk_mirror")),
    )
    with op.batch_alter_table("mirror", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mirror_amount", ["connection_id", "currency", "open_minor"], unique=False
        )
        batch_op.create_index(
            "ix_mirror_customer", ["connection_id", "customer_id", "kind"], unique=False
        )
        batch_op.create_index(
            "ix_mirror_open", ["connection_id", "kind", "status", "customer_id"], unique=False
        )

    op.create_table(
        "number",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "key", "kind", "id", name=op.f("pk_number")),
    )
    op.create_table(
        "oauth_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ledger", sa.String(length=20), nullable=False),
        sa.Column("access_sealed", sa.Text(), nullable=False),
        sa.Column("refresh_sealed", sa.Text(), nullable=False),
        sa.Column("previous_sealed", sa.Text(), nullable=False),
        sa.Column("previous_until", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("access_until", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("refresh_until", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("hard_until", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_grant")),
    )
    op.create_table(
        "oauth_pending",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("ledger", sa.String(length=20), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("until", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oauth_pending")),
    )
    op.create_table(
        "pay_link",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "invoice_id", name=op.f("pk_pay_link")),
    )
    op.create_table(
        "reply",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("received_at", connector.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "message_id", name=op.f("pk_reply")),
    )
    op.create_table(
        "reseller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reseller")),
    )
    op.create_table(
        "sweep",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("poll_mark", sa.String(length=80), nullable=False),
        sa.Column("swept_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("polled_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("compared_at", connector.db.Moment(timezone=True), nullable=True),
        sa.Column("compare_result", sa.JSON(), nullable=True),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("imported_at", connector.db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_sweep")),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reseller_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["reseller_id"], ["reseller.id"], name=op.f("fk_client_reseller_id_reseller")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("reseller_id", "name", name=op.f("uq_client_reseller_id")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reseller_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["reseller_id"], ["reseller.id"], name=op.f("fk_person_reseller_id_reseller")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_person_issuer")),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.String(length=20), nullable=False),
        sa.Column("company_ref", sa.String(length=64), nullable=False),
        sa.Column("company_sealed", sa.Text(), nullable=False),
        sa.Column("vendor_grant", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("deposit_account", sa.String(length=60), nullable=False),
        sa.Column("locked_until", sa.Date(), nullable=True),
        sa.Column("native_reminders", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("connected_at", connector.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_connection_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint("company_ref", name=op.f("uq_connection_company_ref")),
    )
    op.create_table(
        "mode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("capability", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_mode_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mode")),
    )
    with op.batch_alter_table("mode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mode_client_id"), ["client_id"], unique=False)

    op.create_table(
        "policy",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_policy_client_id_client")
        ),
        sa.PrimaryKeyConstraint("client_id", "version", name=op.f("pk_policy")),
    )


def downgrade() -> None:
    op.drop_table("policy")
    with op.batch_alter_table("mode", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mode_client_id"))

    op.drop_table("mode")
    op.drop_table("connection")
    op.drop_table("person")
    op.drop_table("client")
    op.drop_table("sweep")
    op.drop_table("reseller")
    op.drop_table("reply")
    op.drop_table("pay_link")
    op.drop_table("oauth_pending")
    op.drop_table("oauth_grant")
    op.drop_table("number")
    with op.batch_alter_table("mirror", schema=None) as batch_op:
        batch_op.drop_index("ix_mirror_open")
        batch_op.drop_index("ix_mirror_customer")
        batch_op.drop_index("ix_mirror_amount")

    op.drop_table("mirror")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_customer")

    op.drop_table("message")
    op.drop_table("lease")
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.drop_index("ix_intent_subject")
        batch_op.drop_index("ix_intent_due")

    op.drop_table("intent")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_due")

    op.drop_table("inbox")
    op.drop_table("habit")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index("ix_hold_customer")

    op.drop_table("hold")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_subject")

    op.drop_table("decision")
    with op.batch_alter_table("cash", schema=None) as batch_op:
        batch_op.drop_index("ix_cash_state")
        batch_op.drop_index("ix_cash_customer")

    op.drop_table("cash")
    op.drop_table("audit_chain")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_decision")

    op.drop_table("audit")
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.drop_index("ix_asked_customer")

    op.drop_table("asked")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_waiting")

    op.drop_table("approval")
    op.drop_table("api_slot")
    op.drop_table("api_pause")
    op.drop_table("api_pace")
    op.drop_table("api_day")
    with op.batch_alter_table("agenda", schema=None) as batch_op:
        batch_op.drop_index("ix_agenda_due")

    op.drop_table("agenda")
