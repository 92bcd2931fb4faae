#!/bin/sh
# Commits what is staged in the present repository, signed with a key on a remote card, and verifies it:
# git.sh KEY MESSAGE
# KEY is the label of a key. Needs RPKCS11_MODULE, as ./rpkcs11 sandbox writes it to DIR/env; ssh-add asks for the
# virtual PIN.
set -eu
key=$1
message=$2
work=$(mktemp -d)
eval "$(ssh-agent -s -P "$RPKCS11_MODULE")" >/dev/null
trap 'ssh-agent -k >/dev/null; rm -rf "$work"' EXIT
ssh-add -q -s "$RPKCS11_MODULE"
ssh-add -L | grep " $key\$" >"$work/card.pub"
printf '%s %s\n' "$(git config user.email)" "$(cat "$work/card.pub")" >"$work/allowed"
git -c gpg.format=ssh -c user.signingKey="$work/card.pub" commit --quiet -S -m "$message"
git -c gpg.ssh.allowedSignersFile="$work/allowed" verify-commit HEAD
