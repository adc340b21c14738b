/*
 * drill: the worst night, with the programs that an operator has. A server under load, watched by a witness, is backed up; work
 * goes on; the machine is lost. Agencies open their shares with another maker's age; a home is made elsewhere from backup and
 * shares. What was in the backup is there and verifies, what came after it is gone and said to be, and why an older record was
 * put back stands in it.
 */
#include "server.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 4, KEPT = 20000, AGENCIES = 3, TRIES = 600 };

struct load {
    struct server *server;
    const char *token;
    pthread_t thread;
    char (*id)[ID_LENGTH + 1]; /* of the cases that were acknowledged */
    _Atomic size_t n;
    size_t before, after; /* how many when the backup began, and when it had ended */
};

struct drill {
    struct server server;
    struct arena *arena;
    struct load load[CLIENTS];
    const char *token;
    pid_t witness;
    char policy[120];
    struct text decision;
};

static _Atomic bool over;

static void *write_on(void *context)
{
    struct load *load = context;
    struct client *client = client_new(load->server);
    struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    while (arena && load->n < KEPT && !atomic_load(&over)) {
        arena_reset(arena);
        struct answered answered = client_ask(client, arena, load->token, "case/open", "{\"name\":\"Robin Example\"}");
        if (answered.status == 0)
            break;
        if (answered.status != 200)
            continue;
        struct text id = json_text(json_get(answered.json, "case_id"));
        snprintf(load->id[load->n], ID_LENGTH + 1, "%.*s", TEXT_ARGS(id));
        atomic_fetch_add(&load->n, 1);
    }
    arena_free(&arena);
    client_free(&client);
    return NULL;
}

static size_t acknowledged(const struct drill *drill)
{
    size_t n = 0;
    for (int i = 0; i < CLIENTS; i++)
        n += drill->load[i].n;
    return n;
}

static void wait_for_more(struct drill *drill, size_t more)
{
    size_t from = acknowledged(drill);
    for (int i = 0; acknowledged(drill) < from + more; i++) {
        if (i == TRIES * 10)
            server_fail(&drill->server, "the load does not go on");
        usleep(10000);
    }
}

static struct answered ask(struct drill *drill, const char *path, const char *json)
{
    struct client *client = client_new(&drill->server);
    struct answered answered = client_ask(client, drill->arena, drill->token, path, json);
    client_free(&client);
    if (answered.status != 200)
        server_fail(&drill->server, "%s: %d %.*s", path, answered.status, TEXT_ARGS(answered.body));
    return answered;
}

static void sign_in(struct drill *drill, const char *login)
{
    drill->token = NULL;
    struct answered answered =
        ask(drill, "token",
            arena_format(drill->arena, "{\"login\":\"%s\",\"password\":\"" SERVER_PASSWORD "\",\"label\":\"drill\",\"days\":2}", login).p);
    drill->token = arena_string(drill->arena, json_text(json_get(answered.json, "token")));
}

/* Runs the program; it must end with `code` and say `words`. */
static struct text program(struct drill *drill, int code, const char *words, const char *arguments)
{
    struct text output;
    int ended = server_run(&drill->server, drill->arena, arguments, &output);
    if (ended != code || text_find(output, text_of(words)) < 0)
        server_fail(&drill->server, "proviso %s: ended with %d, not %d, or did not say \"%s\": %.*s", arguments, ended, code, words,
                    TEXT_ARGS(output));
    return output;
}

#define RUN(drill, code, words, ...) program(drill, code, words, arena_format((drill)->arena, __VA_ARGS__).p)

/* ---- the agencies and the witness ---- */

static void make_agencies(struct drill *drill)
{
    struct server *server = &drill->server;
    server_shell(server, drill->arena,
                 "cd %s && echo needed 2 > plan && for i in 1 2; do age-keygen -o agency$i 2>/dev/null && "
                 "echo \"agency $(age-keygen -y agency$i) Agency $i\" >> plan; done",
                 server->folder);
    RUN(drill, 0, "age1pq1", "keygen -o %s/agency3", server->folder);
    server_shell(server, drill->arena, "cd %s && echo \"agency $(sed -n 's/^# public key: //p' agency3) Agency 3\" >> plan", server->folder);
    setenv("PROVISO_ESCROW", arena_format(drill->arena, "%s/plan", server->folder).p, 1);
}

static void start_witness(struct drill *drill)
{
    struct server *server = &drill->server;
    const char *folder = server->folder;
    struct text key = RUN(drill, 0, "proviso.example", "ledger key 2>/dev/null");
    drill->witness = fork();
    if (drill->witness == 0) {
        const char *build = getenv("PROVISO_BUILD");
        execl("/bin/sh", "sh", "-c",
              arena_format(drill->arena, "exec '%s/proviso' ledger witness --home %s/witness --listen 127.0.0.1:0 --log '%.*s' >%s/witness.key 2>%s/witness.log",
                           build ? build : "build", folder, TEXT_ARGS(text_trim(key)), folder, folder)
                  .p,
              (char *)NULL);
        _exit(127);
    }
    server_shell(server, drill->arena,
                 "cd %s && for i in $(seq 600); do grep -q 'port [0-9]' witness.log 2>/dev/null && break; sleep 0.1; done; "
                 "port=$(sed -n 's/.*127.0.0.1 port \\([0-9]*\\).*/\\1/p' witness.log); "
                 "{ echo \"witness police $(cat witness.key) http://127.0.0.1:$port\"; echo quorum police; } > witnesses",
                 folder);
    snprintf(drill->policy, sizeof drill->policy, "%s/witnesses", folder);
    setenv("PROVISO_WITNESSES", drill->policy, 1);
}

/* The public checkpoint is one that the witness has signed: its second line is how much it has seen. */
static int64_t seen(struct drill *drill)
{
    struct client *client = client_new(&drill->server);
    struct text rest = client_ask(client, drill->arena, NULL, "/log/checkpoint", NULL).body, line = TEXT("");
    int64_t size = 0;
    client_free(&client);
    if (text_find(rest, TEXT("\xe2\x80\x94 proviso.example/log ")) > 0 && text_next(&rest, '\n', &line) && text_next(&rest, '\n', &line))
        text_to_int64(line, &size);
    return size;
}

/* ---- the night ---- */

static void decide(struct drill *drill)
{
    struct answered opened = ask(drill, "case/open", "{\"name\":\"Robin Example\"}");
    struct text id = json_text(json_get(opened.json, "case_id"));
    struct text facts = arena_format(
        drill->arena,
        "{\"cases\":[\"%.*s\"],\"outside\":\"health\",\"outcome\":\"share\",\"reasons\":\"The bruise and what the child said.\","
        "\"facts\":{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":\"given\","
        "\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,\"urgent\":false,"
        "\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}}",
        TEXT_ARGS(id));
    drill->decision = json_text(json_get(ask(drill, "decision/record", facts.p).json, "decision_id"));
}

static void begin_load(struct drill *drill)
{
    for (int i = 0; i < CLIENTS; i++) {
        struct load *load = &drill->load[i];
        load->server = &drill->server;
        load->token = drill->token;
        load->id = calloc(KEPT + 1, sizeof *load->id);
        if (!load->id || pthread_create(&load->thread, NULL, write_on, load) != 0)
            server_fail(&drill->server, "out of memory");
    }
}

static int64_t back_up(struct drill *drill)
{
    for (int i = 0; i < CLIENTS; i++)
        drill->load[i].before = drill->load[i].n;
    struct text said = RUN(drill, 0, "The shares of epoch 1 open it", "backup -o %s/backup", drill->server.folder);
    for (int i = 0; i < CLIENTS; i++)
        drill->load[i].after = drill->load[i].n + 1; /* one more may have been under way */
    if (text_find(said, TEXT("verifying the copy: 100 %")) < 0)
        server_fail(&drill->server, "the backup shows no progress: %.*s", TEXT_ARGS(said));
    struct text entries = server_shell(&drill->server, drill->arena, "sed -n 's/.*\"entries\":\\([0-9]*\\),.*/\\1/p' %s/backup/MANIFEST",
                                       drill->server.folder);
    int64_t size = 0;
    if (!text_to_int64(text_trim(entries), &size))
        server_fail(&drill->server, "the manifest has no size");
    return size;
}

/* What the operator watches. */
static void watch(struct drill *drill)
{
    struct client *client = client_new(&drill->server);
    struct text metrics = client_ask(client, drill->arena, NULL, "/metrics", NULL).body;
    client_free(&client);
    if (text_find(metrics, TEXT("\nproviso_escrow_agencies 3\n")) < 0 || text_find(metrics, TEXT("\nproviso_escrow_safe 1\n")) < 0)
        server_fail(&drill->server, "the escrow is not to be seen: %.*s", TEXT_ARGS(metrics));
}

static void lose_the_machine(struct drill *drill, int64_t size)
{
    struct server *server = &drill->server;
    for (int i = 0; seen(drill) <= size; i++) {
        if (i == TRIES)
            server_fail(server, "the witness does not follow");
        usleep(100000);
    }
    server_shell(server, drill->arena, "mkdir %s/collected && cp %s/data/escrow/epoch-1/*.age %s/collected/", server->folder, server->home,
                 server->folder);
    server_end(server, SIGKILL);
    atomic_store(&over, true);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(drill->load[i].thread, NULL);
    server_shell(server, drill->arena, "rm -rf %s", server->home);
}

static void restore(struct drill *drill)
{
    struct server *server = &drill->server;
    const char *f = server->folder;
    /* one with Debian's age, one with ours, whose key is a post-quantum one */
    server_shell(server, drill->arena, "cd %s && age -d -i agency1 collected/01-agency-1.age > share1", f);
    RUN(drill, 0, "", "open -i %s/agency3 -o %s/share3 %s/collected/03-agency-3.age", f, f, f);
    snprintf(server->home, sizeof server->home, "%s/elsewhere", f);
    RUN(drill, 1, "a witness has seen", "restore %s/backup --home %s --share %s/share1 --share %s/share3 --witnesses %s", f, server->home, f, f,
        drill->policy);
    RUN(drill, 1, "2 shares of epoch 1 are needed; 1 was given",
        "restore %s/backup --home %s --share %s/share1 --share %s/share1 --older-because 'no newer one'", f, server->home, f, f);
    RUN(drill, 0, "is restored",
        "restore %s/backup --home %s --share %s/share1 --share %s/share3 --witnesses %s --older-because 'The machine burnt; this is the newest.'",
        f, server->home, f, f, drill->policy);
    RUN(drill, 0, "the record holds", "ledger verify");
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, ID_LENGTH);
}

static void check_cases(struct drill *drill)
{
    struct server *server = &drill->server;
    struct text rest = server_shell(server, drill->arena, "sqlite3 %s/data/proviso.db 'SELECT id FROM case_file ORDER BY id'", server->home), line;
    char(*there)[ID_LENGTH] = calloc(rest.n / ID_LENGTH + 1, ID_LENGTH);
    size_t n = 0, kept = 0, gone = 0;
    while (there && text_next(&rest, '\n', &line))
        if (line.n == ID_LENGTH)
            memcpy(there[n++], line.p, ID_LENGTH);
    for (int l = 0; l < CLIENTS; l++) {
        const struct load *load = &drill->load[l];
        for (size_t i = 0; i < load->n; i++) {
            bool found = bsearch(load->id[i], there, n, ID_LENGTH, by_id) != NULL;
            if (i < load->before && !found)
                server_fail(server, "case %s was acknowledged before the backup and is not in it", load->id[i]);
            if (i >= load->after && found)
                server_fail(server, "case %s came after the backup and is in it", load->id[i]);
            kept += found;
            gone += !found;
        }
    }
    free(there);
    if (kept == 0 || gone == 0)
        server_fail(server, "the drill shows nothing: %zu kept, %zu gone", kept, gone);
    printf("%zu cases came back, %zu that came after the backup are gone\n", kept, gone);
}

static void check_again(struct drill *drill)
{
    struct server *server = &drill->server;
    unsetenv("PROVISO_WITNESSES");
    server_start(server);
    sign_in(drill, "teacher");
    struct answered read = ask(drill, arena_format(drill->arena, "decision/read?decision_id=%.*s", TEXT_ARGS(drill->decision)).p, NULL);
    if (text_find(read.body, TEXT("The bruise and what the child said.")) < 0)
        server_fail(server, "the decision does not read: %.*s", TEXT_ARGS(read.body));
    struct answered list = ask(drill, "restoration/list", NULL);
    if (text_find(list.body, TEXT("The machine burnt; this is the newest.")) < 0 || text_find(list.body, TEXT("/restored-")) < 0)
        server_fail(server, "the record does not say why it was restored: %.*s", TEXT_ARGS(list.body));
    ask(drill, "case/open", "{\"name\":\"Robin Example\"}"); /* and it goes on */
    struct text epochs = server_shell(server, drill->arena, "ls %s/data/escrow/epoch-1", server->home);
    if (text_find(epochs, TEXT("02-agency-2.age")) < 0)
        server_fail(server, "the restored key is not escrowed anew");
    int code = server_end(server, SIGTERM);
    if (code != 0)
        server_fail(server, "it ended with %d", code);
    RUN(drill, 0, "the record holds", "ledger verify");
}

static struct drill drill;

static void stop_witness(void)
{
    if (drill.witness > 0)
        kill(drill.witness, SIGTERM);
}

int main(void)
{
    curl_global_init(CURL_GLOBAL_ALL);
    signal(SIGPIPE, SIG_IGN);
    drill.arena = arena_new(64 << 20, ARENA_PLAIN);
    server_make(&drill.server);
    make_agencies(&drill);
    atexit(stop_witness);
    start_witness(&drill);
    server_start(&drill.server);
    sign_in(&drill, "teacher");
    decide(&drill);
    begin_load(&drill);
    watch(&drill);
    wait_for_more(&drill, 40);
    int64_t size = back_up(&drill);
    wait_for_more(&drill, 40);
    lose_the_machine(&drill, size);
    restore(&drill);
    check_cases(&drill);
    check_again(&drill);
    stop_witness();
    waitpid(drill.witness, NULL, 0);
    drill.witness = 0;
    server_drop(&drill.server);
    for (int i = 0; i < CLIENTS; i++)
        free(drill.load[i].id);
    arena_free(&drill.arena);
    return 0;
}
