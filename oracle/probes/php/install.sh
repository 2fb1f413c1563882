#!/bin/sh
# Takes the SDK from a git checkout of nextcloud/3rdparty that ORACLE_PHP_SDK names: it vendors the SDK with all
# that it needs, and Packagist is not everywhere in reach. Debian's PHP serves it.
set -eu
commit=4f4abd06913954512b4c631d9c75ebf1715e6bc7
[ -n "${ORACLE_PHP_SDK:-}" ] || { echo "ORACLE_PHP_SDK names no checkout of nextcloud/3rdparty" >&2; exit 1; }
dpkg-query -W php-cli php-curl php-xml php-mbstring > /dev/null 2>&1 ||
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends php-cli php-curl php-xml php-mbstring < /dev/null
rm -rf "$CLIENT_CACHE/vendor"
mkdir -p "$CLIENT_CACHE/vendor"
git -C "$ORACLE_PHP_SDK" archive "$commit" | tar -x -C "$CLIENT_CACHE/vendor"
# Nextcloud asks for a newer PHP than the SDK does.
: > "$CLIENT_CACHE/vendor/composer/platform_check.php"
grep -q "const VERSION = '$CLIENT_VERSION'" "$CLIENT_CACHE/vendor/aws/aws-sdk-php/src/Sdk.php"
printf '%s\n' "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
