#!/bin/sh
# Signs a file with OpenSSL's engine pkcs11, and verifies it without the card: openssl.sh KEY FILE
# KEY is the label of a key. Needs RPKCS11_MODULE, RPKCS11_TOKEN and RPKCS11_PIN, as ./rpkcs11 sandbox writes them to
# DIR/env, and Debian's libengine-pkcs11-openssl.
set -eu
key=$1
file=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/openssl.cnf" <<'END'
openssl_conf = main
[main]
engines = engines
[engines]
pkcs11 = card
[card]
engine_id = pkcs11
MODULE_PATH = $ENV::RPKCS11_MODULE
PIN = $ENV::RPKCS11_PIN
init = 0
END
uri="pkcs11:token=$RPKCS11_TOKEN;object=$key"
OPENSSL_CONF=$work/openssl.cnf openssl pkey -engine pkcs11 -inform engine -pubin -in "$uri;type=public" -pubout \
    -out "$work/public.pem"
OPENSSL_CONF=$work/openssl.cnf openssl dgst -sha256 -engine pkcs11 -keyform engine -sign "$uri;type=private" \
    -out "$file.sig" "$file"
openssl dgst -sha256 -verify "$work/public.pem" -signature "$file.sig" "$file"
