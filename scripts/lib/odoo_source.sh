# shellcheck shell=bash
# Odoo 19 itself: the folder that ODOO_HOME names, else Debian's package, unpacked here.

# Debian's package links to libraries and fonts of these by relative path.
linked_packages="libjs-jquery libjs-jquery-form libjs-underscore fonts-roboto-unhinted fonts-montserrat
  fonts-inconsolata fonts-ocr-b fonts-glyphicons-halflings"

# get_odoo: sets ODOO_PYTHON (the folder to import odoo from), ODOO_ADDONS and ODOO_BUILD (its version).
get_odoo() {
  if [ -n "${ODOO_HOME:-}" ]; then
    [ -f "$ODOO_HOME/odoo/release.py" ] && [ -d "$ODOO_HOME/addons/web" ] || die \
      "using ODOO_HOME=$ODOO_HOME" "it holds no odoo/release.py or no addons/web" \
      "let ODOO_HOME name a checkout of Odoo 19.0, or unset it to have Odoo fetched"
    grep -q '^version_info = (19, 0' "$ODOO_HOME/odoo/release.py" || die \
      "using ODOO_HOME=$ODOO_HOME" "it is not Odoo 19.0" "check out the branch 19.0 there"
    ODOO_PYTHON=$(cd "$ODOO_HOME" && pwd)
    ODOO_ADDONS=$ODOO_PYTHON/odoo/addons,$ODOO_PYTHON/addons
    ODOO_BUILD=$(git -C "$ODOO_PYTHON" rev-parse HEAD 2>/dev/null || echo "$ODOO_PYTHON")
    return
  fi
  local odoo=$ENVIRONMENT/odoo
  # The folder gets its name only when it is whole: what was interrupted is never taken for finished.
  if [ ! -d "$odoo" ]; then
    step "Getting Odoo 19 (about 125 MB)"
    rm -rf "$odoo.part"
    download_odoo "$odoo.part/downloads"
    unpack_odoo "$odoo.part"
    mv "$odoo.part" "$odoo"
  fi
  ODOO_PYTHON=$odoo/usr/lib/python3/dist-packages
  ODOO_ADDONS=$ODOO_PYTHON/odoo/addons
  ODOO_BUILD=$(cat "$odoo/version")
}

# A private apt state, so that the machine's own package sources stay as they are.
download_odoo() {
  local downloads=$1 apt=$1/apt mirror release keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  local by_hand="or check out Odoo 19.0 from its own repository and start again with ODOO_HOME=<that folder>"
  command -v apt-get >/dev/null && [ -f "$keyring" ] || die "getting Odoo 19" \
    "this machine is no Debian, and only Debian has Odoo 19 as a package" "${by_hand#or }"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  # apt fetches as another user; inside a private folder (/root) it cannot, and says so at length
  chmod -R a+rwX "$downloads"
  # shellcheck source=/dev/null
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sed -n 1p)
  [ -n "$mirror" ] || die "getting Odoo 19" "apt knows no package source on this machine" \
    "put a Debian mirror into /etc/apt/sources.list, $by_hand"
  printf '%s\n' "Types: deb" "URIs: $mirror" "Suites: unstable $release" "Components: main" \
    "Signed-By: $keyring" >"$apt/sources.sources"
  # A mirror may lag behind unstable's short period of validity: what counts here is the signature
  local options=(-oAcquire::Check-Valid-Until=false -oDir::Etc::sourcelist="$apt/sources.sources" -oDir::Etc::sourceparts=/dev/null
    -oDir::State::Lists="$apt/lists" -oDir::Cache="$apt/cache" -oAPT::Sandbox::User=root)
  logged "apt-get update for Debian unstable" "check the network and start again, $by_hand" \
    apt-get "${options[@]}" -oAcquire::Languages=none -oAPT::Update::Error-Mode=any update
  # Font Awesome from the stable release: unstable's lacks the files that Odoo links to
  # shellcheck disable=SC2086
  logged "download of Odoo 19" "start again, $by_hand" in_folder "$downloads" \
    apt-get "${options[@]}" download odoo-19 $linked_packages "fonts-font-awesome/$release"
}

in_folder() { (cd "$1" && shift && "$@"); }

unpack_odoo() {
  local tree=$1 package addons
  for package in "$tree"/downloads/*.deb; do
    logged "unpacking $(basename "$package")" "check the free disk space (df -h) and start again" \
      dpkg -x "$package" "$tree"
  done
  addons=$tree/usr/lib/python3/dist-packages/odoo/addons
  [ -f "$addons/sale_margin/__manifest__.py" ] || die "unpacking Odoo 19" \
    "the package does not hold Odoo's add-ons where they were expected" "use ODOO_HOME instead"
  # Debian leaves this file out (blur in video calls); the web client stops in browser tests without it
  mkdir -p "$addons/mail/static/lib/selfie_segmentation"
  echo "// left out by Debian" >"$addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
  basename "$tree"/downloads/odoo-19_*.deb >"$tree/version"
  rm -rf "$tree/downloads"
}
