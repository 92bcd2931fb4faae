#!/bin/sh
# Lists what is on the card: keytool.sh
# Needs RPKCS11_CLASSPATH, RPKCS11_CONFIG and RPKCS11_PIN, as ./rpkcs11 sandbox writes them to DIR/env.
set -eu
keytool -J-cp -J"$RPKCS11_CLASSPATH" -addprovider RemotePKCS11 -providerArg "$RPKCS11_CONFIG" \
    -keystore NONE -storetype RemotePKCS11 -storepass:env RPKCS11_PIN -list
