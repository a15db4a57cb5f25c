# shellcheck shell=bash
# All parts, in the order in which they build on each other.
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/common.sh"
. "$here/packages.sh"
. "$here/odoo_source.sh"
. "$here/python.sh"
. "$here/node.sh"
. "$here/postgres.sh"
. "$here/database.sh"
. "$here/mis_builder.sh"
. "$here/replica.sh"
