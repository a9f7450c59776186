"""Tokens that are mailed and work once.

Revises 0003; write this revision's id into migrations/HEAD.
Limits are set for every migration (env.py): lock_timeout 1 s, statement_timeout 60 s. A lock that is not had in
time ends the migration and changes nothing; run it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "one_time_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("char_length(email) <= 254", name=op.f("ck_one_time_tokens_email_length")),
        sa.CheckConstraint(
            "purpose IN ('magic_link', 'password_reset')", name=op.f("ck_one_time_tokens_purpose_choice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_tokens")),
        sa.UniqueConstraint("email_key", "purpose", name=op.f("uq_one_time_tokens_email_key_purpose")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_tokens_token_hash")),
    )
    op.create_index(op.f("ix_one_time_tokens_expires_at"), "one_time_tokens", ["expires_at"], unique=False)


def downgrade() -> None:
    """Change it back."""
    op.drop_table("one_time_tokens")
