#!/bin/sh
# The AWS CLI v2 is on no package index: $AWS_CLI_CHECKOUT names a checkout of aws/aws-cli at the tag $CLIENT_VERSION.
set -eu
: "${AWS_CLI_CHECKOUT:?names no checkout of aws/aws-cli, so this client is left out}"
grep -q "__version__ = '$CLIENT_VERSION'" "$AWS_CLI_CHECKOUT/awscli/__init__.py"
sh install.sh aws-cli-v2
rm "$CLIENT_CACHE/installed"
cp -r "$AWS_CLI_CHECKOUT/awscli" "$CLIENT_CACHE"/lib/python3*/site-packages/
echo "$CLIENT_VERSION" > "$CLIENT_CACHE/installed"
