#!/bin/sh
# Installs, for every user of this machine, what ./rpkcs11 has built for native programs:
#   native-shim/install.sh [--prefix DIR] [--uninstall] [--help]
# DIR is /usr if not given. The environment variable DESTDIR is put before all paths, for packagers.
set -eu

fail() { # message, hint
    printf 'install.sh: %s\n  hint: %s\n' "$1" "$2" >&2
    exit 1
}

prefix=/usr
action=install
while [ $# -gt 0 ]; do
    case $1 in
    --prefix) prefix=${2:?--prefix needs a folder}; shift ;;
    --uninstall) action=uninstall ;;
    --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown option $1" "options are --prefix DIR, --uninstall and --help" ;;
    esac
    shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac

own=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
built=$own/target
triplet=$("${CC:-cc}" -print-multiarch 2>/dev/null || :)
modules=$prefix/lib/${triplet:+$triplet/}pkcs11
java=$prefix/share/rpkcs11
agent=$prefix/libexec/rpkcs11-agent
native=$prefix/lib/rpkcs11
registry=$prefix/share/p11-kit/modules
units=$prefix/lib/systemd/user
root=${DESTDIR:+$(realpath -m "$DESTDIR")}

put() { # file, mode, path; the file takes the place of the old one in one step, also under programs that have it open
    install -D -m "$2" "$1" "$root$3.new"
    mv "$root$3.new" "$root$3"
}

write() { # mode, path; the text from standard input
    text=$(mktemp)
    cat >"$text"
    put "$text" "$1" "$2"
    rm "$text"
}

setting() { # the values of a key of the built librpkcs11.conf, one a line
    sed -n "s/^$1 = //p" "$built/librpkcs11.conf"
}

install_java() {
    command -v jar >/dev/null || fail "the JDK's jar was not found" "put a JDK's bin folder into the PATH"
    setting agent | sed -n '/^-cp$/{n;p;}' | tr ':' '\n' | while read -r entry; do
        if [ -d "$entry" ]; then
            archive=$(mktemp -d)
            jar -c -f "$archive/own.jar" -C "$entry" .
            module=$(basename "$(dirname "$(dirname "$entry")")")
            put "$archive/own.jar" 644 "$java/rpkcs11-$module.jar"
            rm -r "$archive"
        else
            put "$entry" 644 "$java/$(basename "$entry")"
        fi
    done
}

install_all() {
    [ -e "$built/librpkcs11.so" ] || fail "there is no $built/librpkcs11.so" "run ./rpkcs11 --version, which builds it"
    install_java
    write 755 "$agent" <<EOF
#!/bin/sh
exec $(setting agent | sed -n '/^-cp$/q;p' | tr '\n' ' ')-cp '$java/*' org.remotepkcs11.agent.Main
EOF
    jvm=$(setting agent | head -n 1)
    { # the agent, and what the in-process door needs
        echo "agent = $agent"
        "$jvm" -cp "$root$java/*" org.remotepkcs11.inprocess.InstalledFiles "$root$native" | sed "s|$root/|/|g"
    } | write 644 "$modules/librpkcs11.conf"
    put "$built/librpkcs11.so" 644 "$modules/librpkcs11.so"
    write 644 "$registry/rpkcs11.module" <<EOF
# Remote smart cards, for all programs that ask p11-kit for their modules.
module: $modules/librpkcs11.so
EOF
    sed "s|@AGENT@|$agent|" "$own/src/main/systemd/rpkcs11-agent.service" | write 644 "$units/rpkcs11-agent.service"
    put "$own/src/main/systemd/rpkcs11-agent.socket" 644 "$units/rpkcs11-agent.socket"
    printf 'installed %s\n' "$modules/librpkcs11.so"
}

uninstall_all() {
    rm -f "$root$registry/rpkcs11.module" "$root$units/rpkcs11-agent.service" "$root$units/rpkcs11-agent.socket" \
        "$root$modules/librpkcs11.so" "$root$modules/librpkcs11.conf" "$root$agent"
    rm -rf "$root$java" "$root$native"
}

"${action}_all"
