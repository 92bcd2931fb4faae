#!/bin/sh
# Signs a jar with the JDK's own jarsigner and verifies it: jarsigner.sh JAR ALIAS
# Needs RPKCS11_CLASSPATH, RPKCS11_CONFIG and RPKCS11_PIN, as ./rpkcs11 sandbox writes them to DIR/env.
set -eu
jar=$1
alias=$2
jarsigner -J-cp -J"$RPKCS11_CLASSPATH" -addprovider RemotePKCS11 -providerArg "$RPKCS11_CONFIG" \
    -keystore NONE -storetype RemotePKCS11 -storepass:env RPKCS11_PIN "$jar" "$alias"
jarsigner -verify "$jar"
