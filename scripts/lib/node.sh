# shellcheck shell=bash
# What checks JavaScript, XML and styles, all pinned; it runs on Node.js.

NODE_TOOLS=$ENVIRONMENT/node

ensure_node() {
  local wanted locked=$ROOT/scripts/package-lock.json
  node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' || die \
    "looking for Node.js" "the checks of JavaScript need version 18 or later, this is $(node --version 2>&1)" \
    "put a fitting node first on the PATH"
  wanted=$(fingerprint "$locked" "$(node --version)")
  if [ "$(cat "$NODE_TOOLS/fingerprint" 2>/dev/null)" != "$wanted" ]; then
    step "Getting the checks of JavaScript"
    rm -rf "$NODE_TOOLS"
    mkdir -p "$NODE_TOOLS"
    cp "$ROOT/scripts/package.json" "$locked" "$NODE_TOOLS"
    logged "npm ci" "check the network, then start again" \
      npm ci --prefix "$NODE_TOOLS" --no-audit --no-fund --ignore-scripts
    echo "$wanted" >"$NODE_TOOLS/fingerprint"
  fi
  PATH=$PATH:$NODE_TOOLS/node_modules/.bin
}
