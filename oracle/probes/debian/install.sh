#!/bin/sh
# Usage: install.sh PACKAGE. Installs Debian's package of a program, at the pinned upstream version.
set -eu
installed() { dpkg-query -W -f '${Version}\n' "$1" 2> /dev/null | grep -q "^$CLIENT_VERSION[-+~]"; }
installed "$1" || DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$1=$CLIENT_VERSION*" < /dev/null
installed "$1"
mkdir -p "$CLIENT_CACHE"
printf '%s\n' "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
