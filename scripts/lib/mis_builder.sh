# shellcheck shell=bash
# OCA's mis_builder, which the benchmark compares with: in a folder of its own, never beside the add-on.

MIS_BUILDER=$ENVIRONMENT/mis_builder
BENCH_CONF=$ENVIRONMENT/bench.conf
mis_builder_packages="odoo-addon-mis-builder==19.0.1.2.1 odoo-addon-date-range==19.0.1.0.1
  odoo-addon-report-xlsx==19.0.1.0.2.2"

ensure_mis_builder() {
  # shellcheck disable=SC2086
  ensure_apart mis_builder "$MIS_BUILDER" $mis_builder_packages
  sed "s|^addons_path = .*|&,$MIS_BUILDER/odoo/addons|" "$ODOO_CONF" >"$BENCH_CONF"
}
