"""Databases made and dropped in a running server, for tests."""

from urllib.parse import quote, urlsplit

from psycopg import connect
from psycopg.sql import SQL, Composed, Identifier

MAINTENANCE = "postgres"


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Create a database, as a copy of another if a template is named, and return its URL."""
    statement = SQL("CREATE DATABASE {}").format(Identifier(name))
    if template:
        # For a small template, copying its files is quicker than going through the write-ahead log.
        statement += SQL(" TEMPLATE {} STRATEGY file_copy").format(Identifier(template))
    _execute(url, statement)
    return database_url(url, name)


def drop_database(url: str, name: str) -> None:
    """Drop a database if it exists, and cut who is still connected to it."""
    _execute(url, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def ensure_database(url: str, name: str) -> str:
    """Create a database unless it exists, and return its URL."""
    with connect(_plain(database_url(url, MAINTENANCE)), autocommit=True) as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return database_url(url, name) if row else create_database(url, name)


def database_url(url: str, name: str) -> str:
    """The same server's URL with another database."""
    return urlsplit(url)._replace(path=f"/{quote(name)}").geturl()


def _execute(url: str, statement: Composed) -> None:
    # From the maintenance database: a template must have nobody connected to it.
    with connect(_plain(database_url(url, MAINTENANCE)), autocommit=True) as connection:
        connection.execute(statement)


def _plain(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"
