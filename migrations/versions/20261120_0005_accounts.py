"""Accounts at other providers, by which a user may sign in.

Revises 0004; write this revision's id into migrations/HEAD.
Limits are set for every migration (env.py): lock_timeout 1 s, statement_timeout 60 s. A lock that is not had in
time ends the migration and changes nothing; run it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_account_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("provider IN ('google')", name=op.f("ck_accounts_provider_choice")),
        sa.CheckConstraint(
            "char_length(provider_account_id) <= 255", name=op.f("ck_accounts_provider_account_id_length")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_accounts_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("provider", "provider_account_id", name=op.f("uq_accounts_provider_provider_account_id")),
        sa.UniqueConstraint("user_id", "provider", name=op.f("uq_accounts_user_id_provider")),
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("accounts")
