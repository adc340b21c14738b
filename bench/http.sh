#!/usr/bin/env bash
# A page of the program, signed in, against nginx serving a file of the same bytes: the same load by wrk on loopback, taking
# turns in one run. The page has no personal data, so what is measured is the way there: session, page, headers.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${PROVISO_BUILD:-build}
seconds=${BENCH_SECONDS:-4} connections=${BENCH_CONNECTIONS:-32} page=${BENCH_PAGE:-/about}
nginx=$(command -v nginx || echo /usr/sbin/nginx)
for program in wrk curl "$nginx"; do
    command -v "$program" > /dev/null || { echo "there is no $program: the comparison is left out"; exit 0; }
done
work=$(mktemp -d)
served='' peer=''
end() {
    [ -z "$served" ] || kill "$served" 2> /dev/null || true
    [ -z "$peer" ] || kill "$peer" 2> /dev/null || true
    wait 2> /dev/null || true
    rm -rf "$work"
}
trap end EXIT

export PROVISO_PACKS=packs
"$build/proviso" demo --seed-only --home "$work/home" 2> "$work/log"
PROVISO_HOME=$work/home PROVISO_LISTEN=127.0.0.1:0 "$build/proviso" serve 2> "$work/log" &
served=$!
port=
for _ in $(seq 200); do
    port=$(sed -n 's/.*listening on 127.0.0.1 port \([0-9]*\).*/\1/p' "$work/log")
    [ -z "$port" ] || break
    sleep 0.05
done
[ -n "$port" ] || { cat "$work/log" >&2; exit 1; }
ours=http://127.0.0.1:$port$page
curl -sS -o /dev/null -D "$work/head" --data-urlencode login=teacher --data-urlencode "password=walking in the rain" \
    --data-urlencode next=/ "http://127.0.0.1:$port/sign-in"
cookie=$(sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\);.*/\1/p' "$work/head" | tail -n 1)
[ -n "$cookie" ] || { echo "signing in gave no cookie" >&2; cat "$work/head" >&2; exit 1; }

# nginx with as many workers as the program has threads
mkdir "$work/www"
curl -sS --fail -H "Cookie: $cookie" -o "$work/www/page.html" "$ours"
grep -q 'Tamsin Okoro\|sign-out' "$work/www/page.html" || { echo "the page is not a signed-in one" >&2; exit 1; }
peer_port=$((20000 + RANDOM % 20000))
cat > "$work/nginx.conf" << CONF
worker_processes 2;
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000;
    sendfile on;
    client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    types { text/html html; }
    server { listen 127.0.0.1:$peer_port; root $work/www; }
}
CONF
chmod 755 "$work"
"$nginx" -c "$work/nginx.conf" -p "$work" &
peer=$!
theirs=http://127.0.0.1:$peer_port/page.html
for _ in $(seq 100); do curl -s -o /dev/null "$theirs" && break; sleep 0.05; done

ticks() { # ticks PID...: processor time that these and their children have used
    for pid in "$@" $(printf '%s\n' "$@" | xargs -I{} pgrep -P {}); do
        sed 's/.*) //' "/proc/$pid/stat"
    done | awk '{ n += $12 + $13 } END { print n }'
}
rate() { # rate URL: requests a second; fails if any was not answered well
    wrk -t 2 -c "$connections" -d "${seconds}s" -H "Cookie: $cookie" "$1" > "$work/wrk"
    ! grep -q 'Non-2xx\|Socket errors' "$work/wrk" || { cat "$work/wrk" >&2; return 1; }
    sed -n 's/^Requests\/sec: *//p' "$work/wrk"
}
spent() { # spent PID URL: requests a second, and microseconds of the server's processors for each
    local before after
    before=$(ticks "$1")
    rate "$2" > "$work/rate"
    after=$(ticks "$1")
    awk -v hertz="$(getconf CLK_TCK)" -v ticks=$((after - before)) -v seconds="$seconds" \
        '{ printf "%s %.2f\n", $1, ticks / hertz * 1e6 / ($1 * seconds) }' "$work/rate"
}
for _ in 1 2; do
    echo "ours $(spent "$served" "$ours")"
    echo "peer $(spent "$peer" "$theirs")"
done | awk -v page="$page" -v n="$(wc -c < "$work/www/page.html")" '
    { rate[$1] += $2 / 2; cost[$1] += $3 / 2 }
    END {
        printf "%s signed in, %d bytes: %.0f a second, %.1f us of processor each\n", page, n, rate["ours"], cost["ours"]
        printf "nginx, the same bytes as a file: %.0f a second, %.1f us of processor each\n", rate["peer"], cost["peer"]
        printf "ratio page to nginx static: %.2f (aim 0.50)\n", rate["ours"] / rate["peer"]
        printf "ratio of their processor time, nginx to page: %.2f (aim 0.50)\n", cost["peer"] / cost["ours"] }'
