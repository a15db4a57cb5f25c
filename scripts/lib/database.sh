# shellcheck shell=bash
# Odoo's configuration, and the prepared databases that every run copies.
#
#   kam_base            Odoo's own apps with demo data, for one build of Odoo
#   kam_template        the same with the add-on, for one state of its files
#   kam_stock_template  the same with the add-on for Inventory, and so with Inventory itself
#   kam_core_template   kam_base with the add-on, without its demo data
#   kam_test_template   kam_template with what the tests share, see tests/prepared.py

apps=sale_management,sale_crm,sale_margin,calendar,survey,spreadsheet_dashboard,base_import
addons=key_account_management
stock_addons=key_account_management_stock
languages=en_US,de_DE

write_odoo_conf() {
  mkdir -p "$DATA_DIR"
  cat >"$ODOO_CONF" <<CONF
[options]
addons_path = $ODOO_ADDONS,$ROOT
data_dir = $DATA_DIR
db_host = $PGHOST
db_user = odoo
http_interface = 127.0.0.1
max_cron_threads = 1
CONF
}

odoo() { "$VENV/bin/python" "$ROOT/scripts/lib/odoo_command.py" "$@"; }

database_exists() { [ "$(psql_value "select 1 from pg_database where datname = '$1'")" = 1 ]; }
psql_value() { "$PG_BIN/psql" -XAtq -c "$1"; }

# The inputs of a database are remembered in its comment: they come and go together.
database_inputs() {
  psql_value "select shobj_description(oid, 'pg_database') from pg_database where datname = '$1'"
}
remember_inputs() { psql_value "comment on database \"$1\" is '$2'"; }

drop_database() {
  "$PG_BIN/dropdb" --if-exists --force "$1" 2>/dev/null
  rm -rf "$DATA_DIR/filestore/$1"
}

# Files of the filestore never change after they were written, so copies may share them.
copy_database() {
  "$PG_BIN/createdb" -T "$1" "$2"
  rm -rf "$DATA_DIR/filestore/$2"
  [ ! -d "$DATA_DIR/filestore/$1" ] || cp -al "$DATA_DIR/filestore/$1" "$DATA_DIR/filestore/$2"
}

# addon_inputs ADDON...
addon_inputs() {
  local files
  mapfile -t files < <(find "${@/#/$ROOT/}" -type f \
    -not -path '*/static/*' -not -name '*.pyc' -not -name '*.pot' | LC_ALL=C sort)
  fingerprint "$ODOO_BUILD" "names: ${files[*]#"$ROOT"/}" "${files[@]}"
}

ensure_base() {
  local inputs
  inputs=$(fingerprint "$ODOO_BUILD" "$apps" "$languages" "$ROOT/scripts/requirements.txt")
  [ "$(database_inputs kam_base)" = "$inputs" ] && return
  step "Installing Odoo's apps with demo data (about a minute)"
  drop_database kam_base
  logged "installation of Odoo's apps" "if Odoo itself is damaged, delete .environment and start again" \
    odoo server -c "$ODOO_CONF" -d kam_base -i "$apps" --with-demo --skip-auto-install \
    --load-language="$languages" --stop-after-init --no-http
  remember_inputs kam_base "$inputs"
}

ensure_template() {
  local inputs
  inputs=$(addon_inputs "$addons")
  [ "$(database_inputs kam_template)" = "$inputs" ] && return
  ensure_base
  step "Installing the add-on with its demo data (about a minute)"
  install_into_copy kam_base kam_template "$addons" "installation of the add-on"
  remember_inputs kam_template "$inputs"
}

ensure_stock_template() {
  local inputs
  inputs=$(addon_inputs "$addons" "$stock_addons")
  [ "$(database_inputs kam_stock_template)" = "$inputs" ] && return
  ensure_template
  step "Installing the add-on for Inventory"
  install_into_copy kam_template kam_stock_template "$stock_addons" "installation of the add-on for Inventory"
  remember_inputs kam_stock_template "$inputs"
}

# The add-on without its demo data: Odoo's own tests count what is in the database
ensure_core_template() {
  local inputs
  inputs="core $(addon_inputs "$addons")"
  [ "$(database_inputs kam_core_template)" = "$inputs" ] && return
  ensure_base
  step "Installing the add-on without demo data"
  drop_database kam_core_template
  copy_database kam_base kam_core_template
  # Odoo installs demo data where all that a module builds on has them
  "$PG_BIN/psql" -XAtq -d kam_core_template -c "update ir_module_module set demo = false where name = 'sale_margin'"
  logged "installation without demo data" "mend the add-on's file that the lines above name" \
    odoo server -c "$ODOO_CONF" -d kam_core_template -i "$addons" --skip-auto-install --stop-after-init --no-http
  check_install_log "installation without demo data"
  remember_inputs kam_core_template "$inputs"
}

# ensure_test_template FROM DATABASE FUNCTION...: the functions of tests/prepared.py that prepare it
ensure_test_template() {
  local inputs
  inputs=$(fingerprint "$(database_inputs "$1")" "$ROOT/tests/prepared.py")
  [ "$(database_inputs "$2")" = "$inputs" ] && return
  step "Preparing what the tests share"
  drop_database "$2"
  copy_database "$1" "$2"
  logged "preparation of the tests" "mend tests/prepared.py where the lines above say" prepare_tests "${@:2}"
  remember_inputs "$2" "$inputs"
}

# prepare_tests DATABASE FUNCTION...
prepare_tests() {
  { echo "from tests import prepared" && printf 'prepared.%s(env)\n' "${@:2}"; } |
    PYTHONPATH=$ROOT odoo shell -c "$ODOO_CONF" -d "$1" --no-http --log-level=warn &&
    "$PG_BIN/vacuumdb" --quiet --analyze "$1"
}

# install_into_copy FROM DATABASE ADDONS WHAT
install_into_copy() {
  drop_database "$2"
  copy_database "$1" "$2"
  logged "$4" "mend the add-on's file that the lines above name" \
    odoo server -c "$ODOO_CONF" -d "$2" -i "$3" --with-demo --skip-auto-install --stop-after-init --no-http
  check_install_log "$4"
}

# The demo database is a copy in which people may work: it is updated, never recreated.
ensure_demo() {
  local inputs
  inputs=$(addon_inputs "$addons")
  if ! database_exists "$DEMO_DATABASE"; then
    ensure_template
    copy_database kam_template "$DEMO_DATABASE"
  elif [ "$(database_inputs "$DEMO_DATABASE")" != "$inputs" ]; then
    step "Updating the add-on in $DEMO_DATABASE"
    logged "update of the add-on" "mend the add-on's file that the lines above name" \
      odoo server -c "$ODOO_CONF" -d "$DEMO_DATABASE" -u "$addons" --stop-after-init --no-http
  fi
  remember_inputs "$DEMO_DATABASE" "$inputs"
}

check_port() {
  "$VENV/bin/python" -c 'import socket, sys; socket.create_server(("127.0.0.1", int(sys.argv[1]))).close()' \
    "$1" 2>/dev/null || die "serving on port $1" "another program uses it, or it may not be used" \
    "end that program, or choose another port: scripts/demo --port $(($1 < 65535 ? $1 + 1 : 8070))"
}

# Odoo serves while it runs tests, whatever it is told: not on the port of a demo in use.
free_port() {
  "$VENV/bin/python" -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])'
}

# Odoo installs on after some errors in data files and translations; here they count.
check_install_log() {
  local log="$LOGS/${1// /-}.log" problems
  if problems=$(grep -E ' (WARNING|ERROR|CRITICAL) ' "$log"); then
    printf '%s\n' "$problems" >&2
    die "$1" "Odoo logged the warnings above" "mend what they name; all of it: $log"
  fi
}

# Everything up to a running cluster.
prepare() {
  prepare_programs "$@"
  prepare_cluster
}

prepare_programs() {
  setup_begins
  ensure_packages "$@"
  get_odoo
  ensure_python
  setup_ends
}

prepare_node() {
  setup_begins
  ensure_node
  setup_ends
}

prepare_cluster() {
  setup_begins
  start_postgres
  write_odoo_conf
  setup_ends
}

prepare_template() {
  setup_begins
  ensure_template
  setup_ends
}

prepare_stock_template() {
  setup_begins
  ensure_stock_template
  setup_ends
}

prepare_core_template() {
  setup_begins
  ensure_core_template
  setup_ends
}

prepare_test_template() {
  setup_begins
  ensure_template
  ensure_test_template kam_template kam_test_template prepare prepare_assets
  setup_ends
}
