"""A database with nothing in it, and Alembic on it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from config.embedded_postgres import create_database, drop_database
from config.settings import database_url
from huntaze_app import create_app
from tests.conftest import settings_for

Migrate = Callable[[str], None]
names = (f"huntaze_migrations_{os.getpid()}_{number}" for number in itertools.count())


@pytest.fixture
def bare_url(server_url: str) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    name = next(names)
    yield database_url(create_database(server_url, name))
    drop_database(server_url, name)


@pytest.fixture
def config(bare_url: str) -> Iterator[Config]:
    """Alembic's configuration, in the application it needs."""
    app = create_app(settings_for("postgres", bare_url))
    with app.app_context():
        yield app.extensions["migrate"].migrate.get_config()
    app.extensions["stores"].close()


@pytest.fixture
def script(config: Config) -> ScriptDirectory:
    """The revisions."""
    return ScriptDirectory.from_config(config)


@pytest.fixture
def upgrade(config: Config) -> Migrate:
    """Migrates up to a revision."""
    return lambda revision: command.upgrade(config, revision)


@pytest.fixture
def downgrade(config: Config) -> Migrate:
    """Migrates down to a revision."""
    return lambda revision: command.downgrade(config, revision)


@pytest.fixture
def engine(bare_url: str) -> Iterator[Engine]:
    """Connections to look at the database with."""
    made = create_engine(bare_url, poolclass=NullPool)
    yield made
    made.dispose()
