#!/bin/sh
# Builds the probe in this folder against exactly what its Cargo.lock names.
set -eu
mkdir -p "$CLIENT_CACHE"
CARGO_TARGET_DIR=$CLIENT_CACHE/target cargo build --locked --quiet
printf '%s\n' "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
