# shellcheck shell=bash
# Sourced by the scripts beside it: goes to the checkout and offers `set_up`, which makes .venv what the lock says.
# Nothing is written outside the checkout, pip's own cache aside.

CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

readonly LOCK=config/requirements/development.lock
readonly STAMP=.venv/set-up # written last: a .venv without it was cut half way

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null; }
is_root() { [[ $EUID -eq 0 ]]; }

# What .venv is made of. The folder counts, since its programs name it: a copied checkout makes its own.
environment() { .venv/bin/python -c 'import sys; print(sys.version_info[:3], sys.prefix)' 2>/dev/null; }
stamp() { environment && sha256sum "$LOCK"; }
is_set_up() { [[ -f $STAMP && "$(<"$STAMP")" == "$(stamp)" ]]; }

catalogs_to_compile() {
  local po
  for po in huntaze_app/translations/*/LC_MESSAGES/*.po; do
    [[ -e $po && $po -nt ${po%.po}.mo ]] && return 0
  done
  return 1
}

# Ends with cause and fix, as `flask check-database` writes them, unless DATABASE_URL names a Postgres.
need_database_url() {
  local found="not the address of a Postgres"
  case ${DATABASE_URL:-} in
    postgres://?* | postgresql://?* | postgresql+psycopg://?*) return ;;
    '') found="not set" ;;
  esac
  die "FAIL  DATABASE_URL: $found. Fix: set it to postgresql://user:password@host:5432/name"
}

set_up() {
  if is_set_up && ! catalogs_to_compile; then return; fi
  mkdir -p .local
  (
    # Two set-ups at once would spoil each other's .venv; the second finds it done.
    ! have flock || flock 9
    is_set_up || install_requirements
    ! catalogs_to_compile || .venv/bin/pybabel --quiet compile -d huntaze_app/translations
  ) 9>.local/set-up.lock
}

install_requirements() {
  say "Installing what $LOCK names"
  # With a stamp of this place the packages are whole, and pip only has to change what the lock changed.
  [[ -f $STAMP && "$(head -n 1 "$STAMP")" == "$(environment)" ]] || make_venv
  rm -f "$STAMP"
  install_with_uv || install_with_pip ||
    die "The requirements could not be installed (see above): is there a network? Then run this again."
  stamp >"$STAMP"
}

# Quicker, and not the last word: uv knows neither pip's settings nor what to do in a home it cannot write to.
install_with_uv() {
  have uv && uv pip install --quiet --python .venv/bin/python --require-hashes -r "$LOCK"
}

install_with_pip() {
  .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet install --require-hashes -r "$LOCK"
}

make_venv() {
  local python
  say "Making .venv; this takes a minute, once"
  python=$(find_python) || die "Huntaze needs Python 3.11 or later: install it, for instance with apt-get install python3."
  "$python" -c 'import ensurepip' 2>/dev/null || install_ensurepip "$python"
  "$python" -m venv --clear .venv
}

find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    # Run, not only found: version managers leave names that lead nowhere.
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  return 1
}

install_ensurepip() { # Debian keeps it in a package of its own
  local package="$1-venv"
  is_root && have apt-get || die "$1 cannot make virtual environments: as root, run apt-get install $package."
  apt_install "$package" || die "$package could not be installed (see above): run apt-get install $package."
}

apt_install() {
  say "Installing $*"
  apt-get update -qq </dev/null >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" </dev/null >&2
}
