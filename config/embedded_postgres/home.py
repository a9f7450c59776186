"""Where a server's data, password and socket live, and how they are made."""

import hashlib
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.embedded_postgres.binaries import copy_binaries, find_binaries
from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.owner import Owner, read_note, remembered_owner

ELSEWHERE = Path("/var/lib")
SOCKET_LIMIT = 107 - len("/.s.PGSQL.65535")  # bytes of a socket's whole path on Linux


@dataclass(frozen=True)
class Home:
    """The folder of one server: the one asked for, or one elsewhere when its owner cannot reach that."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def password(self) -> Path:
        """The file with the password of the user huntaze."""
        return self.folder / "password"

    def renew_password(self, owner: Owner) -> None:
        """Write a new password that only the owner may read."""
        self.password.unlink(missing_ok=True)
        descriptor = os.open(self.password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
        owner.give(self.password)

    def socket_folder(self, owner: Owner) -> Path | None:
        """An empty private folder for the unix socket, or None when no path is short and safe enough."""
        name = f"huntaze-postgres-{_digest(self.folder)}"
        for folder in (self.folder / "socket", Path(tempfile.gettempdir()) / name):
            if len(os.fsencode(folder)) <= SOCKET_LIMIT and _is_private(folder, owner):
                for leftover in folder.iterdir():  # a dead server's lock file may name a number used again
                    leftover.unlink()
                return folder
        return None


def find_home(folder: Path) -> Home:
    """The home that belongs to a folder, as it was prepared; itself when it never was."""
    elsewhere = Home(_elsewhere(folder))
    return elsewhere if elsewhere.data.exists() and read_note(folder) else Home(folder)


def prepare_home(folder: Path) -> tuple[Home, Owner, Path]:
    """Choose or recall the owner of a folder, and give him a home and programs that he can reach."""
    elsewhere = _elsewhere(folder)
    if not read_note(folder) and elsewhere.exists():
        shutil.rmtree(elsewhere)  # a folder of this name was removed to begin anew
    owner, binaries = remembered_owner(folder), find_binaries()
    home = find_home(folder)
    if home.folder == folder and not owner.can_reach(folder):
        home = _move(home, elsewhere, owner)
    if not owner.can_reach(binaries / "postgres"):
        _make_private(elsewhere, owner)
        binaries = copy_binaries(binaries, elsewhere)
    return home, owner, binaries


def _move(home: Home, elsewhere: Path, owner: Owner) -> Home:
    if home.data.exists():  # a second, empty database would look like lost data
        raise EmbeddedPostgresError(f"The owner of {home.data} can no longer reach it: open the folders above.")
    _make_private(elsewhere, owner)
    return Home(elsewhere)


def _elsewhere(folder: Path) -> Path:
    return ELSEWHERE / f"huntaze-postgres-{_digest(folder)}"


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def _is_private(folder: Path, owner: Owner) -> bool:
    _make_private(folder, owner)
    owned = folder.lstat().st_uid == (owner.uid or os.geteuid())
    return owned and folder.is_dir() and not folder.is_symlink() and owner.can_reach(folder)


def _make_private(folder: Path, owner: Owner) -> None:
    # Given away only when made here: in a public place the name may be a stranger's.
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        owner.give(folder)
