"""The waitlist.

Revises 0009; write this revision's id into migrations/HEAD.
Limits are set for every migration (env.py): lock_timeout 1 s, statement_timeout 60 s. A lock that is not had in
time ends the migration and changes nothing; run it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "waitlist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("char_length(email) <= 254", name=op.f("ck_waitlist_email_length")),
        sa.CheckConstraint("char_length(locale) <= 10", name=op.f("ck_waitlist_locale_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist")),
        sa.UniqueConstraint("email_key", name=op.f("uq_waitlist_email_key")),
    )
    op.create_index("ix_waitlist_created_at_id", "waitlist", ["created_at", "id"], unique=False)


def downgrade() -> None:
    """Change it back."""
    op.drop_table("waitlist")
