"""The embedded server against the ways in which it, or those who use it, can die."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_IMODE
from urllib.parse import urlsplit

import pytest
from psycopg import OperationalError, connect

from config.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, create_database, drop_database

CHECKOUT = Path(__file__).parents[2]
USE_UNTIL_TOLD = """
import sys
from pathlib import Path
from config.embedded_postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose data is made already: initdb is most of a first start."""
    folder = tmp_path_factory.mktemp("embedded") / "postgres"
    with EmbeddedPostgres(folder, durable=False):
        return folder


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    """The folder of all tests, with nothing running; whatever a test leaves there is killed."""
    yield made
    EmbeddedPostgres(made).kill()


@pytest.fixture
def server(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, durable=False)


@contextmanager
def another_user(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that uses the server until its input ends; its first line is the URL."""
    command = [sys.executable, "-c", USE_UNTIL_TOLD, str(folder)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate(timeout=20)


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def ask(url: str, query: str) -> object:
    with connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def keep_a_row(url: str) -> None:
    with connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def wait_until_exists(path: Path) -> None:
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.005)


def test_a_first_start_makes_a_database_that_answers_in_utc(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "new" / "postgres", options={"max_connections": "17"}, durable=False)
    with server as url:
        assert urlsplit(url)[:1] + urlsplit(url)[2:3] == ("postgresql", "/huntaze")
        assert ask(url, "SHOW timezone") == "UTC"
        assert ask(url, "SHOW max_connections") == "17"
        assert ask(url, "SHOW fsync") == "off"
        assert ask(url, "SELECT datcollate FROM pg_database WHERE datname = 'huntaze'") == "C.UTF-8"
    assert server.pid is None
    with pytest.raises(OperationalError, match="refused"):
        connect(url)


def test_starting_and_stopping_twice_is_like_once(server: EmbeddedPostgres) -> None:
    url, pid = server.start(), server.pid
    assert (server.start(), server.pid) == (url, pid)
    server.stop()
    server.stop()
    assert server.pid is None


def test_stopping_what_never_was_does_nothing(tmp_path: Path) -> None:
    EmbeddedPostgres(tmp_path / "nowhere").stop()
    assert not (tmp_path / "nowhere").exists()


def test_a_durable_server_waits_for_its_disk(folder: Path) -> None:
    with EmbeddedPostgres(folder) as url:
        assert ask(url, "SHOW fsync") == "on"


def test_only_who_knows_the_password_enters(server: EmbeddedPostgres, folder: Path) -> None:
    with server as url:
        assert S_IMODE((folder / "password").stat().st_mode) == 0o600
        password = urlsplit(url).password
        assert password
        with pytest.raises(OperationalError, match="password authentication failed"):
            connect(url.replace(password, "guessed"))


def test_two_starters_share_one_server(folder: Path) -> None:
    with another_user(folder) as one, another_user(folder) as two:
        url = first_line(one)
        assert url == first_line(two)
        assert ask(url, "SELECT 1") == 1


def test_the_first_to_leave_does_not_cut_the_second(server: EmbeddedPostgres, folder: Path) -> None:
    url = server.start()
    with another_user(folder) as other:
        assert first_line(other) == url
        with connect(url) as connection:
            server.stop()
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.pid
    assert server.pid is None, "the last to leave stops the server"


def test_a_killed_user_does_not_keep_the_server_alive(server: EmbeddedPostgres, folder: Path) -> None:
    with another_user(folder) as other:
        url = first_line(other)
        other.kill()
    pid = server.pid
    assert pid
    assert server.start() == url
    assert server.pid == pid, "the server outlives its starter, and is joined"
    server.stop()
    assert server.pid is None


def test_the_terminals_ctrl_c_does_not_reach_the_server(server: EmbeddedPostgres) -> None:
    with server:
        assert server.pid
        assert os.getsid(server.pid) != os.getsid(0)


def test_a_killed_server_comes_back_with_its_data_at_the_same_address(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    url = server.start()
    keep_a_row(url)
    server.kill()
    assert server.pid is None
    assert server.start() == url
    assert ask(url, "SELECT answer FROM kept") == 42


def test_orphans_of_a_killed_postmaster_do_not_outlive_the_next_start(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    url = server.start()
    keep_a_row(url)
    with connect(url) as orphan:
        orphan.execute("SELECT 1")
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        assert ask(server.start(), "SELECT answer FROM kept") == 42
        with pytest.raises(OperationalError):
            orphan.execute("SELECT 1")


def test_a_pid_file_with_a_number_used_again_does_not_mislead(server: EmbeddedPostgres, folder: Path) -> None:
    server.start()
    server.kill()
    pid_file = folder / "data" / "postmaster.pid"
    with subprocess.Popen(["/bin/true"]) as zombie:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        for pid in (os.getpid(), zombie.pid, 1):
            _, *rest = pid_file.read_text().splitlines()
            pid_file.write_text("\n".join([str(pid), *rest]))
            assert server.pid is None
            assert ask(server.start(), "SELECT 1") == 1
            server.kill()


def test_an_initdb_killed_half_way_is_done_again(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    with another_user(folder) as starter:
        wait_until_exists(folder / "data.unfinished" / "PG_VERSION")
        starter.kill()
    with EmbeddedPostgres(folder, durable=False) as url:
        assert ask(url, "SELECT 1") == 1
    assert not (folder / "data.unfinished").exists()


def test_a_half_made_data_folder_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data" / "base").mkdir(parents=True)
    with EmbeddedPostgres(tmp_path, durable=False) as url:
        assert ask(url, "SELECT 1") == 1


def test_a_folder_too_long_for_a_socket_has_one_elsewhere(made: Path, tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a-rather-long-name"] * 10)
    shutil.copytree(made, folder, ignore=shutil.ignore_patterns(".s.PGSQL*"))
    with EmbeddedPostgres(folder, durable=False) as url:
        place = Path(str(ask(url, "SHOW unix_socket_directories")))
        assert not place.is_relative_to(folder)
        assert S_IMODE(place.stat().st_mode) == 0o700
        assert ask(f"{url}?host={place}", "SELECT inet_client_addr()") is None, "came by the socket"
    shutil.rmtree(place)


def test_a_copied_folder_is_another_server(server: EmbeddedPostgres, folder: Path, tmp_path: Path) -> None:
    with server as url:
        shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns(".s.PGSQL*"))
        copy = EmbeddedPostgres(tmp_path / "copy", durable=False)
        with copy as url_of_copy:
            assert copy.pid != server.pid
            assert url_of_copy != url
        assert ask(url, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    server = EmbeddedPostgres(folder, options={"shared_buffers": "plenty"})
    with pytest.raises(EmbeddedPostgresError, match=r'(?s)did not start.*"shared_buffers": "plenty"'):
        server.start()
    assert ask(EmbeddedPostgres(folder, durable=False).start(), "SELECT 1") == 1


def test_databases_are_copied_from_a_template_and_dropped_while_in_use(server: EmbeddedPostgres) -> None:
    with server as url:
        keep_a_row(url)
        copy = create_database(url, "a copy", template="huntaze")
        with connect(copy) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
            drop_database(url, "a copy")
            with pytest.raises(OperationalError):
                connection.execute("SELECT 1")
        drop_database(url, "a copy")
        driver_url = url.replace("postgresql://", "postgresql+psycopg://")
        assert create_database(driver_url, "new").startswith("postgresql+psycopg://")
        drop_database(driver_url, "new")
