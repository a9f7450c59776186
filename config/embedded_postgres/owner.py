"""Who runs the server: PostgreSQL refuses to run as root, and its data must stay with one owner."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from config.embedded_postgres.errors import EmbeddedPostgresError

NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
NOTE = "owner"


@dataclass(frozen=True)
class Owner:
    """Who runs the server: oneself, oneself under another number (prefix), or another user (uid)."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None

    @property
    def gid(self) -> int | None:
        """The group that goes with uid."""
        if self.uid is None:
            return None
        try:
            return pwd.getpwuid(self.uid).pw_gid
        except KeyError:
            return self.uid

    def run(
        self,
        command: Sequence[str | Path],
        *,
        output: BinaryIO | int = subprocess.DEVNULL,
        keep: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
    ) -> int:
        """Run a command as this owner, out of reach of the terminal's Ctrl-C; return its exit code."""
        return subprocess.run(  # noqa: S603 -- the words are this package's own
            [*self.prefix, *command],
            check=False,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=keep,
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        ).returncode

    def give(self, path: Path) -> None:
        """Make a path this owner's."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether this owner can enter a folder or run a program, whatever root itself could do."""
        return self == Owner() or self.run(["test", "-x", path]) == 0


def remembered_owner(folder: Path) -> Owner:
    """The owner noted in the folder, chosen now if there is none yet; raises when it cannot be had today."""
    note = folder / NOTE
    choice = read_note(folder) or _first_choice()
    owner = _owner(choice, folder)
    note.write_text(f"{choice}\n")
    return owner


def read_note(folder: Path) -> str:
    """The owner's note of a folder, empty when there is none."""
    note = folder / NOTE
    return note.read_text().strip() if note.exists() else ""


def _first_choice() -> str:
    if os.geteuid() != 0:
        return f"uid {os.geteuid()}"
    return "namespace" if _namespaces_are_allowed() else f"uid {pwd.getpwnam('nobody').pw_uid}"


def _owner(choice: str, folder: Path) -> Owner:
    if choice == "namespace" and os.geteuid() == 0 and _namespaces_are_allowed():
        return Owner(prefix=NAMESPACE)
    kind, _, number = choice.partition(" ")
    if kind == "uid" and int(number) == os.geteuid():
        return Owner()
    if kind == "uid" and os.geteuid() == 0:
        return Owner(uid=int(number))
    raise EmbeddedPostgresError(
        f"The data in {folder} belongs to '{choice}', which this process cannot become:"
        " run as the user who made it, or remove that folder to begin anew."
    )


def _namespaces_are_allowed() -> bool:
    # Docker's default rules and some kernels forbid them, and only trying tells.
    return shutil.which("unshare") is not None and Owner(prefix=NAMESPACE).run(["true"]) == 0
