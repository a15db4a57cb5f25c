# shellcheck shell=bash
# A primary and a streaming standby of it on 127.0.0.1, thrown away afterwards: how figures are read from a replica.

REPLICA=$ENVIRONMENT/replica

# show_replica PAGE: with the demo data, on clusters of its own; the page gets the table
show_replica() {
  local secret primary standby port
  secret=$(head -c 24 /dev/urandom | base64 | tr -d '+/=')
  primary=$(free_port) standby=$(free_port) port=$(free_port)
  rm -rf "$REPLICA"
  mkdir -p "$REPLICA"
  (umask 077 && echo "$secret" >"$REPLICA/secret")
  [ "$(id -u)" != 0 ] || chown -R postgres: "$REPLICA"
  trap stop_replica EXIT
  step "Making a primary and a standby of it"
  logged "initdb of the primary" "see its log" as_postgres "$PG_BIN/initdb" -D "$REPLICA/primary" -U odoo \
    --encoding=UTF8 --locale=C.UTF-8 --auth-local=reject --auth-host=scram-sha-256 --pwfile="$REPLICA/secret"
  start_replica_cluster primary "$primary"
  copy_into_primary "$secret" "$primary"
  PGPASSWORD=$secret logged "pg_basebackup" "see its log" as_postgres "$PG_BIN/pg_basebackup" -h 127.0.0.1 -p "$primary" \
    -U odoo -D "$REPLICA/standby" -R -X stream --checkpoint=fast
  start_replica_cluster standby "$standby"
  write_replica_conf "$secret" "$primary" "$standby"
  PGPASSWORD=$secret "$PG_BIN/psql" -XAtq -h 127.0.0.1 -p "$primary" -d kam_replica -c "ANALYZE"
  step "Serving Odoo with db_replica_host"
  # What the environment says counts more than the configuration
  env -u PGHOST -u PGDATABASE "$VENV/bin/python" "$ROOT/scripts/lib/odoo_command.py" server -c "$REPLICA/odoo.conf" \
    -d kam_replica --http-port="$port" >"$LOGS/replica-odoo.log" 2>&1 8>&- 9>&- &
  replica_odoo=$!
  # Read by it from the environment, so that it stands in no list of processes
  PGPASSWORD=$secret PYTHONPATH=$ROOT/scripts/lib "$VENV/bin/python" -m bench.replica \
    "$REPLICA" "$port" "$primary" "$standby" "$1" ||
    die "reading from the replica" "see the lines above and $LOGS/replica-odoo.log" "mend what they name"
}

start_replica_cluster() {
  cat >>"$REPLICA/$1/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = $2
log_statement = all
fsync = off
synchronous_commit = off
CONF
  logged "starting the $1" "see its log" as_postgres "$PG_BIN/pg_ctl" -D "$REPLICA/$1" -w -t 60 \
    -l "$REPLICA/$1.log" start 8>&- 9>&-
}

# copy_into_primary PASSWORD PORT
copy_into_primary() {
  PGPASSWORD=$1 "$PG_BIN/createdb" -h 127.0.0.1 -p "$2" kam_replica
  "$PG_BIN/pg_dump" -d kam_template --no-comments | PGPASSWORD=$1 "$PG_BIN/psql" -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 \
    -p "$2" -d kam_replica >/dev/null
  rm -rf "$DATA_DIR/filestore/kam_replica"
  cp -al "$DATA_DIR/filestore/kam_template" "$DATA_DIR/filestore/kam_replica"
}

# write_replica_conf PASSWORD PRIMARY-PORT STANDBY-PORT
write_replica_conf() {
  (umask 077 && sed '/^db_host/d;/^max_cron_threads/d' "$ODOO_CONF" >"$REPLICA/odoo.conf" && cat >>"$REPLICA/odoo.conf" <<CONF
db_host = 127.0.0.1
db_port = $2
db_password = $1
db_replica_host = 127.0.0.1
db_replica_port = $3
workers = 2
max_cron_threads = 0
dbfilter = ^kam_replica$
CONF
  )
}

stop_replica() {
  local code=$? cluster
  if [ -n "${replica_odoo:-}" ]; then
    kill "$replica_odoo" 2>/dev/null || true
    wait "$replica_odoo" 2>/dev/null || true
  fi
  for cluster in standby primary; do
    [ ! -d "$REPLICA/$cluster" ] ||
      as_postgres "$PG_BIN/pg_ctl" -D "$REPLICA/$cluster" -m fast -w stop >/dev/null 2>&1 || true
  done
  rm -rf "$REPLICA" "$DATA_DIR/filestore/kam_replica"
  stop_postgres "$code"
}
