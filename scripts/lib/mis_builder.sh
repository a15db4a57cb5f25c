# shellcheck shell=bash
# OCA's mis_builder, which the benchmark compares with: in a folder of its own, never beside the add-on.

MIS_BUILDER=$ENVIRONMENT/mis_builder
BENCH_CONF=$ENVIRONMENT/bench.conf
mis_builder_packages="odoo-addon-mis-builder==19.0.1.2.1 odoo-addon-date-range==19.0.1.0.1
  odoo-addon-report-xlsx==19.0.1.0.2.2"

ensure_mis_builder() {
  local wanted
  wanted=$(fingerprint "$mis_builder_packages")
  if [ "$(cat "$MIS_BUILDER/fingerprint" 2>/dev/null)" != "$wanted" ]; then
    step "Getting mis_builder"
    rm -rf "$MIS_BUILDER"
    # Without what they require: Odoo itself is there
    # shellcheck disable=SC2086
    logged "mis_builder" "check the network, then start again" "$VENV/bin/pip" install --quiet \
      --disable-pip-version-check --no-deps --target "$MIS_BUILDER" $mis_builder_packages
    echo "$wanted" >"$MIS_BUILDER/fingerprint"
  fi
  sed "s|^addons_path = .*|&,$MIS_BUILDER/odoo/addons|" "$ODOO_CONF" >"$BENCH_CONF"
}
