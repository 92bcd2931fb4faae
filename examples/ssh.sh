#!/bin/sh
# Runs a command on another machine, logged in with a key on a remote card: ssh.sh KEY [OPTION…] USER@HOST COMMAND
# KEY is the label of a key; its public part, as ssh-keygen -D "$RPKCS11_MODULE" prints it, is in the server's
# authorized_keys. Needs RPKCS11_MODULE, as ./rpkcs11 sandbox writes it to DIR/env; ssh asks for the virtual PIN.
set -eu
key=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ssh-keygen -D "$RPKCS11_MODULE" | grep " $key\$" >"$work/card.pub"
ssh -I "$RPKCS11_MODULE" -i "$work/card.pub" -o IdentitiesOnly=yes "$@"
