"""The hits that rate limits count.

Revises 0007; write this revision's id into migrations/HEAD.
Limits are set for every migration (env.py): lock_timeout 1 s, statement_timeout 60 s. A lock that is not had in
time ends the migration and changes nothing; run it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "rate_hits",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hits", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(key) = 16", name=op.f("ck_rate_hits_key_length")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_hits")),
        postgresql_with={"fillfactor": "60"},
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("rate_hits")
