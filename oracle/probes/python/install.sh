#!/bin/sh
# Makes a virtual environment in $CLIENT_CACHE from requirements/$1, every package pinned.
set -eu
python=${ORACLE_PYTHON:-python3.11}
rm -rf "$CLIENT_CACHE"
mkdir -p "$CLIENT_CACHE"
"$python" -m venv "$CLIENT_CACHE"
"$CLIENT_CACHE/bin/pip" install --quiet --no-deps --requirement "requirements/$1.txt"
"$CLIENT_CACHE/bin/pip" freeze
echo "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
