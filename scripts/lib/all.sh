# shellcheck shell=bash
# All parts, in the order in which they build on each other.
here=$(dirname "${BASH_SOURCE[0]}")
for part in common packages odoo_source python postgres database; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done
