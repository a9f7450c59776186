#!/usr/bin/env bash
# Makes 50 invitation codes (R11.5), or --count N, or one for each line of --emails FILE,
# which is mailed; CSV on standard output.
set -euo pipefail
readonly CALLER=$PWD # FILE counts from there, and lib.sh goes to the checkout
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

set_up >&2
readonly FLASK=$PWD/.venv/bin/flask
export FLASK_APP=$PWD/wsgi.py
cd -- "$CALLER"
exec "$FLASK" invites create "$@"
