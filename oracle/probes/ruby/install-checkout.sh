#!/bin/sh
# Takes the SDK from a git checkout of aws/aws-sdk-ruby that ORACLE_RUBY_SDK names, at the release's commit, since
# RubyGems is not everywhere in reach. Debian's ruby and ruby-jmespath serve it.
set -eu
commit=bac3491f811717dcf592b01bd771f2db63afdb35
[ -n "${ORACLE_RUBY_SDK:-}" ] || { echo "ORACLE_RUBY_SDK names no checkout of aws/aws-sdk-ruby" >&2; exit 1; }
rm -rf "$CLIENT_CACHE/gems"
mkdir -p "$CLIENT_CACHE"
for gem in aws-sdk-core aws-sigv4 aws-partitions aws-eventstream; do
  git -C "$ORACLE_RUBY_SDK" archive --prefix="gems/$gem/" "$commit:gems/$gem" | tar -x -C "$CLIENT_CACHE"
done
grep -qx "$CLIENT_VERSION" "$CLIENT_CACHE/gems/aws-sdk-core/VERSION"
printf '%s\n' "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
