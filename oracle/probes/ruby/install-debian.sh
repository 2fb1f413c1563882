#!/bin/sh
# Installs Debian's package of the SDK.
set -eu
dpkg-query -W -f '${Version}\n' ruby-aws-sdk-core 2> /dev/null | grep -q "^$CLIENT_VERSION-" ||
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "ruby-aws-sdk-core=$CLIENT_VERSION*" < /dev/null
mkdir -p "$CLIENT_CACHE"
printf '%s\n' "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
