#!/usr/bin/env bash
# Migrates the database that DATABASE_URL names and makes the two beta accounts (R2.4); stops at the first failure.
# In production it needs SECRET_KEY and SEED_PASSWORD as well. Run it again as often as you like.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

need_database_url
# Asked before anything is changed; `flask seed` would refuse, but after the migration.
[[ ${HUNTAZE_ENV:-} != production || -n ${SEED_PASSWORD:-} ]] ||
  die "FAIL  SEED_PASSWORD: not set. Fix: set it to a strong password for the two beta accounts"
set_up >&2
say "Migrating"
.venv/bin/flask db upgrade
say "Seeding"
exec .venv/bin/flask seed
