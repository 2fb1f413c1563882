#!/bin/sh
# Installs one Debian package, pinned: $1=version.
set -eu
apt-get install --yes --quiet --no-install-recommends "$1" >/dev/null
dpkg-query --show "${1%%=*}"
mkdir -p "$CLIENT_CACHE"
echo "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
