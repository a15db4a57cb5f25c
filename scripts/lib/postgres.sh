# shellcheck shell=bash
# A private PostgreSQL cluster that listens on a Unix socket only and ends with its last user.

CLUSTER=$ENVIRONMENT/postgres

# PostgreSQL refuses to run as root: root lends it to the user that Debian's package made. That user may
# pass through folders which are root's own (a clone in /root); it can write nowhere but in the cluster.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then
    "$@"
  elif setpriv --reuid=postgres --regid=postgres --init-groups test -x "$ENVIRONMENT" 2>/dev/null; then
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  else
    setpriv --reuid=postgres --regid=postgres --init-groups \
      --inh-caps=+dac_read_search --ambient-caps=+dac_read_search "$@"
  fi
}

start_postgres() {
  PG_BIN=$(newest_postgres)
  local move="move the checkout into a folder that other users may enter, like /srv, and start again"
  if [ ! -d "$CLUSTER" ]; then
    step "Making a private PostgreSQL cluster"
    rm -rf "$CLUSTER.part"
    mkdir -p "$CLUSTER.part"
    [ "$(id -u)" != 0 ] || chown postgres: "$CLUSTER.part"
    logged "initdb" "$move" as_postgres "$PG_BIN/initdb" -D "$CLUSTER.part/data" -U odoo \
      --encoding=UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=reject
    # A cluster that can be made again at any time need not survive a power cut
    cat >>"$CLUSTER.part/data/postgresql.conf" <<'CONF'
listen_addresses = ''
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 256MB
max_wal_size = 2GB
CONF
    mv "$CLUSTER.part" "$CLUSTER"
  fi
  # A socket's path may have some 100 characters
  PGHOST=$CLUSTER
  if [ ${#PGHOST} -gt 85 ]; then
    PGHOST=/tmp/kam-$(fingerprint "$CLUSTER")
    mkdir -p "$PGHOST"
    [ "$(id -u)" != 0 ] || chown postgres: "$PGHOST"
  fi
  export PGHOST PGUSER=odoo PGDATABASE=postgres
  # Every user of the cluster holds a shared lock; who gets it alone is the last and stops the cluster.
  exec 9>"$ENVIRONMENT/postgres.lock"
  flock -s 9
  trap stop_postgres EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if ! "$PG_BIN/pg_isready" -q; then
    # 8 and 9 are closed for the server: it would hold the locks
    logged "starting PostgreSQL" "$move" as_postgres "$PG_BIN/pg_ctl" -D "$CLUSTER/data" -w -t 60 \
      -l "$CLUSTER/server.log" -o "-k '$PGHOST'" start 8>&- 9>&-
  fi
}

# stop_postgres [EXIT CODE]
stop_postgres() {
  local code=${1:-$?}
  trap - EXIT
  if flock -n 9; then
    as_postgres "$PG_BIN/pg_ctl" -D "$CLUSTER/data" -m fast -w stop >/dev/null 2>&1 || true
  fi
  exit "$code"
}
