# sh -e opencryptoki.sh COMMAND…: COMMAND beside an openCryptoki of its own, whose software token "ock" has the PIN in
# $PIN and an RSA key "signer". Within mount, IPC and PID namespaces of its own: the daemon, its shared memory and its
# token have fixed places.
for folder in /run /dev/shm /var/lib/opencryptoki; do mount -t tmpfs none $folder; done
mkdir -p /run/lock/opencryptoki/swtok /var/lib/opencryptoki/swtok/TOK_OBJ
chgrp -R pkcs11 /run/lock/opencryptoki /var/lib/opencryptoki
printf 'version opencryptoki-3.1\nslot 0\n{\nstdll = libpkcs11_sw.so\n}\n' > /run/opencryptoki.conf
mount --bind /run/opencryptoki.conf /etc/opencryptoki/opencryptoki.conf
pkcsslotd
echo ock | pkcsconf -I -c 0 -S 87654321
pkcsconf -P -c 0 -S 87654321 -n 76543210
pkcsconf -u -c 0 -S 76543210 -n 12345
pkcsconf -p -c 0 -U 12345 -n "$PIN"
pkcs11-tool --module /usr/lib/x86_64-linux-gnu/libopencryptoki.so.0 --token-label ock --login --pin env:PIN \
    --keypairgen --key-type rsa:2048 --label signer --id 01
exec "$@"
