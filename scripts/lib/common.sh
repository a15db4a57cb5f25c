# shellcheck shell=bash
# Paths, messages and locks that all commands share. Sourced, never run.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
ENVIRONMENT=$ROOT/.environment
LOGS=$ENVIRONMENT/logs
VENV=$ENVIRONMENT/venv
ODOO_CONF=$ENVIRONMENT/odoo.conf
DATA_DIR=$ENVIRONMENT/data
DEMO_DATABASE=kam_demo
mkdir -p "$LOGS"

if [ -t 1 ] && [ -z "${CI:-}" ]; then
  bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' red='' plain=''
fi

step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain" >&2; }

# die WHAT WHY WHAT_TO_DO: the three things a person needs when a step fails.
die() {
  printf '%sFailed: %s%s\n' "$red" "$1" "$plain" >&2
  printf 'Why:    %s\nDo:     %s\n' "$2" "$3" >&2
  exit 1
}

# logged NAME WHAT_TO_DO COMMAND...: runs it quietly; if it fails, shows the end of its log.
logged() {
  local name=$1 advice=$2 log
  shift 2
  log=$LOGS/${name// /-}.log
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    die "$name" "see the lines above; all of it is in $log" "$advice"
  fi
}

# fingerprint WORD... : one short hash of the words and, for words that are files, of their contents.
fingerprint() {
  local word
  for word in "$@"; do
    if [ -f "$word" ]; then sha256sum <"$word"; else printf '%s\n' "$word"; fi
  done | sha256sum | cut -c1-16
}

# Two commands started together must not set the same thing up twice.
setup_begins() {
  exec 8>"$ENVIRONMENT/setup.lock"
  flock -n 8 || { step "Waiting for another command that is setting things up"; flock 8; }
}
setup_ends() { exec 8>&-; }
