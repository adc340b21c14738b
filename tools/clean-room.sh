#!/usr/bin/env bash
# tools/clean-room.sh [FOLDER]
#
# Proves that a new machine needs git, make and ca-certificates only: makes a minimal Debian 12 in FOLDER (a new temporary one), clones
# the current commit into it, then takes these steps: demo (`make demo` until it answers), test (`make test`), offline (`make
# build` again, without a network). As root; needs the package debootstrap. The packages come from where this
# machine's come from. CLEAN_ROOM_STEPS names other steps: build, run (the command in CLEAN_ROOM_RUN), or some of these.
# CLEAN_ROOM_KEEP=1 keeps the folder; a FOLDER that has a Debian already is used again.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
[ "$(id -u)" = 0 ] || { echo "A chroot needs root." >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "debootstrap is missing: apt-get install debootstrap" >&2; exit 2; }
room=${1:-$(mktemp -d /var/tmp/clean-room.XXXXXX)}
mkdir -p "$room"
chmod 755 "$room" # it becomes /, through which other users than root must pass too
demo=
steps=${CLEAN_ROOM_STEPS:-demo test offline}

leave() {
    status=$?
    [ -z "$demo" ] || kill -- "-$demo" 2>/dev/null || true
    # What still runs in the room would hold its mounts.
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root" 2>/dev/null)" = "$room" ] && kill -9 "${process#/proc/}" 2>/dev/null || true
    done
    sleep 1
    for mount in root/shared dev/shm dev/pts dev proc sys; do
        mountpoint -q "$room/$mount" && umount "$room/$mount" || true
    done
    if [ -z "${CLEAN_ROOM_KEEP:-}" ] && ! grep -q " $room/" /proc/mounts; then
        rm -rf --one-file-system "$room"
    else
        echo "The room is left in $room"
    fi
    exit "$status"
}
trap leave EXIT
trap 'exit 130' INT TERM

# Where this machine's own Debian packages come from, in either form of apt's list.
mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
    sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) bookworm .*/\2/p' | head -1 || true)
[ -n "$mirror" ] || { echo "This machine's apt sources name no Debian 12 mirror." >&2; exit 2; }
echo "== a minimal Debian 12 in $room"
[ -x "$room/bin/bash" ] || debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$room" "$mirror" > "$room.log" 2>&1 || { tail -20 "$room.log" >&2; exit 1; }
rm -f "$room.log"

echo "== this machine's ways to its packages"
rm -f "$room/etc/apt/sources.list"
for list in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [ ! -f "$list" ] || cp "$list" "$room/$list"
done
cp -r /etc/apt/apt.conf.d/. "$room/etc/apt/apt.conf.d/" 2>/dev/null || true
[ ! -f /etc/apt/apt.conf ] || cp /etc/apt/apt.conf "$room/etc/apt/"
cp -r /etc/apt/keyrings/. "$room/etc/apt/keyrings/" 2>/dev/null || true
cp -r /usr/local/share/ca-certificates/. "$room/usr/local/share/ca-certificates/" 2>/dev/null || true
cp /etc/ssl/certs/ca-certificates.crt "$room/etc/ssl/certs/ca-certificates.crt"
cp /etc/resolv.conf /etc/hosts "$room/etc/" 2>/dev/null || true
[ ! -f "$HOME/.npmrc" ] || cp "$HOME/.npmrc" "$room/root/.npmrc"
for global in /etc/npmrc /usr/etc/npmrc; do
    [ ! -f "$global" ] || { mkdir -p "$room/usr/etc" "$room/etc"; cp "$global" "$room/etc/npmrc"; cp "$global" "$room/usr/etc/npmrc"; }
done

# The room need not survive a power cut while it is furnished.
echo force-unsafe-io > "$room/etc/dpkg/dpkg.cfg.d/clean-room"

mount -t proc proc "$room/proc"
mount -t sysfs sys "$room/sys"
mount --bind /dev "$room/dev"
mount -t devpts devpts "$room/dev/pts" 2>/dev/null || mount --bind /dev/pts "$room/dev/pts"
mkdir -p "$room/dev/shm" && mount -t tmpfs tmpfs "$room/dev/shm" 2>/dev/null || true

echo "== the commit $(git rev-parse --short HEAD)"
rm -rf "$room/root/proviso"
git clone -q --no-hardlinks "file://$source" "$room/root/proviso"
if [ -d "$source/../shared" ]; then
    mkdir -p "$room/root/shared"
    mount --bind "$source/../shared" "$room/root/shared"
    mount -o remount,bind,ro "$room/root/shared"
fi

# Only what tells programs how to reach the package registries comes along from this environment.
settings=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb)
while IFS='=' read -r name value; do
    case "$name" in http_proxy|https_proxy|no_proxy|HTTP_PROXY|HTTPS_PROXY|NO_PROXY|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|npm_config_*|NPM_CONFIG_*)
        settings+=("$name=$value") ;;
    esac
done < <(env)
inside() { chroot "$room" env -i "${settings[@]}" bash -c "cd /root/proviso && $1"; }

step_build() {
    inside "make build" > "$room/root/build.log" 2>&1 < /dev/null || { tail -40 "$room/root/build.log" >&2; return 1; }
    told "$room/root/build.log"
}

# What a command said that it installs.
told() { grep -E '^(These|Fetching|  [a-z0-9.+-]+  )' "$1" | head -60; }

step_demo() {
    port=${CLEAN_ROOM_PORT:-8080}
    set -m
    inside "PROVISO_LISTEN=127.0.0.1:$port exec make demo" > "$room/root/demo.log" 2>&1 < /dev/null &
    demo=$!
    set +m
    until answers; do
        if ! kill -0 "$demo" 2>/dev/null || [ $((SECONDS - began)) -gt "${CLEAN_ROOM_SECONDS:-1800}" ]; then
            tail -40 "$room/root/demo.log" >&2
            echo "make demo does not answer" >&2
            return 1
        fi
        sleep 2
    done
    told "$room/root/demo.log"
    kill -- "-$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
    demo=
}

answers() {
    (exec 3<> "/dev/tcp/127.0.0.1/$port" &&
        printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3 &&
        head -1 <&3 | grep -q ' 200') 2>/dev/null
}

step_run() { inside "$CLEAN_ROOM_RUN" < /dev/null; }

step_test() { inside "make test" < /dev/null; }

step_offline() {
    unshare --net chroot "$room" env -i "${settings[@]}" bash -c "cd /root/proviso && make build" < /dev/null
}

for step in $steps; do
    echo "== $step"
    began=$SECONDS
    "step_$step" || { echo "The step $step failed on a new machine." >&2; exit 1; }
    echo "$step: $((SECONDS - began)) seconds"
done
echo "A new machine needs git, make and ca-certificates only: $steps"
