#!/bin/sh
# A detached CMS signature by Bouncy Castle, verified by OpenSSL: cms.sh FILE ALIAS
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
file=$1
"$here/java.sh" SignCms "$2" "$file"
openssl cms -verify -binary -inform DER -in "$file.p7s" -content "$file" -CAfile "$file.anchor.pem" \
    -purpose any -out /dev/null
