# shellcheck shell=bash
# What has to be on the machine itself: a few Debian packages.

# Each line: how to see that it is there | the Debian package that brings it
packages_for_odoo="
python3 -c 'import ensurepip, venv' | python3-venv
newest_postgres | postgresql
command -v wkhtmltopdf || can_run_wkhtmltopdf_of_pypi | wkhtmltopdf
command -v fc-list | fontconfig
fc-list | grep Liberation | fonts-liberation
"
packages_for_tests="
chromium --version | chromium
command -v pdftotext | poppler-utils
"
packages_for_lint="
command -v shellcheck | shellcheck
command -v node | nodejs
command -v npm | npm
"

newest_postgres() {
  local folder
  folder=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$folder" ] && [ -x "$folder/initdb" ]; then
    printf '%s\n' "$folder"
  elif command -v initdb >/dev/null; then
    dirname "$(command -v initdb)"
  else
    return 1
  fi
}

# wkhtmltopdf left Debian with version 13. There the build that a package on PyPI brings takes its place (see
# python.sh), which needs these libraries of the machine.
libraries_for_wkhtmltopdf="libxrender1 libxext6 libfontconfig1 "

# Not by its exit code: that of a package which others still mention is 0
apt_knows_wkhtmltopdf() { apt-cache policy wkhtmltopdf 2>/dev/null | grep 'Candidate: [0-9]' >/dev/null; }
can_run_wkhtmltopdf_of_pypi() {
  ! apt_knows_wkhtmltopdf &&
    python3 -c 'import ctypes; [ctypes.CDLL(f"lib{name}") for name in ("Xrender.so.1", "Xext.so.6", "fontconfig.so.1")]'
}

# What to install for a list of missing packages on this version of Debian
installable() {
  if ! command -v apt-cache >/dev/null || apt_knows_wkhtmltopdf; then
    printf '%s' "$1"
  else
    printf '%s' "${1/wkhtmltopdf /$libraries_for_wkhtmltopdf}"
  fi
}

missing_packages() {
  local check package
  # the package is what stands behind the last bar of the line
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    package=${line##* | }
    check=${line% | *}
    (set +e; eval "$check") >/dev/null 2>&1 || printf '%s ' "$package"
  done <<<"$1"
}

# ensure_packages TABLE...: installs what is missing, or says what to install.
ensure_packages() {
  local missing as_root=''
  missing=$(missing_packages "$(printf '%s' "$@")")
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] || as_root='sudo -n'
  if ! command -v apt-get >/dev/null; then
    die "finding the programs that Odoo needs" "missing: $missing(named as in Debian)" \
      "install them with this system's package manager, then start again"
  fi
  if [ -n "$as_root" ] && ! sudo -n true 2>/dev/null; then
    missing=$(installable "$missing")
    die "installing Debian packages" "missing: $missing- and neither root nor password-less sudo is at hand" \
      "run: sudo apt-get install --no-install-recommends $missing"
  fi
  # shellcheck disable=SC2086
  logged "apt-get update" "check the network and the machine's apt sources" $as_root apt-get update
  # Only now: before the update, a new machine's apt knows no package at all
  missing=$(installable "$missing")
  step "Installing $missing"
  # shellcheck disable=SC2086
  logged "apt-get install" "run it by hand: apt-get install $missing" \
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
  missing=$(missing_packages "$(printf '%s' "$@")")
  [ -z "$missing" ] || die "installing Debian packages" "still not usable: $missing" \
    "see $LOGS/apt-get-install.log"
}
