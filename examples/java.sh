#!/bin/sh
# Runs a Java example: java.sh NAME ARGUMENTS…  Needs RPKCS11_CONFIG and RPKCS11_PIN, as ./rpkcs11 sandbox writes them
# to DIR/env, and the examples built: mvn -pl examples -am process-classes
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
name=$1
shift
classes=$here/target/classes
for module in provider wire proto; do classes=$classes:$here/../$module/target/classes; done
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$classes:$(cat "$here/target/classpath")" "org.remotepkcs11.examples.$name" "$@"
