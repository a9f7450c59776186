"""A private PostgreSQL for development and tests, shared by all who use its folder."""

from config.embedded_postgres.databases import create_database, drop_database
from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "create_database", "drop_database"]
