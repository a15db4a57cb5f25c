# shellcheck shell=bash
# The virtual environment: Odoo's libraries, test and lint tools, all pinned.

ensure_python() {
  local wanted requirements=$ROOT/scripts/requirements.txt
  python3 -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || die \
    "looking for Python" "Odoo 19 runs on Python 3.10 to 3.13, this is $(python3 --version 2>&1)" \
    "put a fitting python3 first on the PATH"
  wanted=$(fingerprint "$requirements" "$(python3 -c 'import sys; print(sys.base_prefix, sys.version)')")
  if [ "$(cat "$VENV/fingerprint" 2>/dev/null)" != "$wanted" ]; then
    step "Making the virtual environment"
    rm -rf "$VENV"
    logged "virtual environment" "install python3-venv and start again" python3 -m venv "$VENV"
    logged "pip install" "check the network, then start again" \
      "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    echo "$wanted" >"$VENV/fingerprint"
  fi
  echo "$ODOO_PYTHON" >"$(echo "$VENV"/lib/python3.*/site-packages)/odoo.pth"
  PATH=$VENV/bin:$PATH
}
