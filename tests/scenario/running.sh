# Programs that run beside a scenario: sourced with $folder set. They end with it, and the folder goes.

declare -A running
finish() {
    for name in "${!running[@]}"; do kill -9 "${running[$name]}" 2> /dev/null || true; done
    wait 2> /dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
fail() {
    echo "$*" >&2
    tail -n 20 "$folder"/*.log "$folder/said" >&2 2> /dev/null || true
    exit 1
}
# wait_for WORDS COMMAND...: until the command succeeds; looks are counted, not seconds.
wait_for() {
    local words=$1
    shift
    for _ in $(seq 600); do
        if "$@" > /dev/null 2>&1; then return; fi
        sleep 0.1
    done
    fail "waited in vain: $words"
}
# start NAME COMMAND...: in the background; its port goes to PORT_NAME.
start() {
    local name=$1 port=
    shift
    : > "$folder/$name.log"
    "$@" > "$folder/$name.out" 2>> "$folder/$name.log" &
    running[$name]=$!
    for _ in $(seq 1200); do
        port=$(sed -nE 's/.*listening on [^ ]+ port ([0-9]+).*/\1/p' "$folder/$name.log")
        [ -z "$port" ] || break
        kill -0 "${running[$name]}" 2> /dev/null || fail "$name did not start"
        sleep 0.1
    done
    printf -v "port_$name" %s "$port"
}
# A free port below those that the system hands out by itself: nobody is given it while its server is down.
spare_port() {
    local first port
    read -r first _ < /proc/sys/net/ipv4/ip_local_port_range
    while port=$((10000 + SRANDOM % (first - 10000))); (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do :; done
    echo "$port"
}
end() { # end NAME SIGNAL
    kill "-$2" "${running[$1]}"
    wait "${running[$1]}" 2> /dev/null || true
    unset "running[$1]"
}
