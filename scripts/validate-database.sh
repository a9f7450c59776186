#!/usr/bin/env bash
# Checks the database that DATABASE_URL names (R5): a line for each check, with cause and fix where it fails; exit 1 then.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

need_database_url
set_up >&2
exec .venv/bin/flask check-database
