#!/bin/sh
# A detached CMS signature by Bouncy Castle, verified by OpenSSL: cms.sh FILE ALIAS
# The last certificate that the card holds is trusted here (-partial_chain: even if it is no authority's).
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
file=$1
"$here/java.sh" SignCms "$2" "$file"
openssl cms -verify -binary -inform DER -in "$file.p7s" -content "$file" -CAfile "$file.anchor.pem" \
    -partial_chain -purpose any -out /dev/null
