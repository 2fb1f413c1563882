#!/bin/sh
# Usage: install.sh MODULE. Builds the probe in that folder against exactly what its go.sum names.
set -eu
mkdir -p "$CLIENT_CACHE"
target=$CLIENT_CACHE/probe
cd "$1"
CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w" -o "$target" .
printf '%s\n' "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
