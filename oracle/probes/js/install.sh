#!/bin/sh
# Usage: install.sh LOCK_FOLDER PROBE. Installs what the lock names and bundles the probe with it,
# since loading some hundred small files takes longer than the question itself.
set -eu
mkdir -p "$CLIENT_CACHE"
cp "$1/package.json" "$1/package-lock.json" "$CLIENT_CACHE/"
cp answer.mjs "$2.mjs" "$CLIENT_CACHE/"
cd "$CLIENT_CACHE"
npm ci --ignore-scripts --no-audit --no-fund --silent
node_modules/.bin/esbuild "$2.mjs" --bundle --platform=node --format=cjs --log-level=error --outfile=probe.js
printf '%s\n' "$CLIENT_VERSION" > installed
