"""Clients' own mail servers; what a domain says is known for each mail server that asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_server",
        sa.Column("client_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=200), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("security", sa.String(length=10), nullable=False),
        sa.Column("dkim_selector", sa.String(length=253), nullable=False, server_default=""),
        sa.Column("spf_include", sa.String(length=253), nullable=False, server_default=""),
        sa.Column("changed_at", connector.db.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False, server_default=""),
        sa.Column("said", sa.Text(), nullable=False, server_default=""),
        sa.Column("trouble_at", connector.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_mail_server_client_id_client")
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_mail_server")),
    )
    with op.batch_alter_table("sending_domain") as table:
        table.add_column(sa.Column("server_of", sa.Integer(), nullable=False, server_default="0"))
        table.drop_constraint("pk_sending_domain", type_="primary")
        table.create_primary_key("pk_sending_domain", ["domain", "server_of"])


def downgrade() -> None:
    op.execute("DELETE FROM sending_domain WHERE server_of <> 0")
    with op.batch_alter_table("sending_domain") as table:
        table.drop_constraint("pk_sending_domain", type_="primary")
        table.create_primary_key("pk_sending_domain", ["domain"])
        table.drop_column("server_of")
    op.drop_table("mail_server")
