#include "load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLIENTS_MOST = 16, KEPT_MOST = 40000, CONTENT_MOST = 700000 };

struct kept {
    char id[ID_LENGTH + 1];
    unsigned seed, size; /* of a document's content; size 0: it is none */
};

struct worker {
    struct load *load;
    pthread_t thread;
    struct client *client;
    struct arena *arena;
    unsigned seed;
    char *content;
    struct kept *kept;
    _Atomic size_t n;
    atomic_bool gone;
};

struct load {
    struct server *server;
    const char *token;
    struct load_settings settings;
    _Atomic bool over;
    _Atomic size_t refused;
    pthread_mutex_t lock;
    struct refusal last; /* under lock */
    char agency[ID_LENGTH + 1];
    struct worker worker[CLIENTS_MOST];
};

/* Letters that only the seed decides. */
static void make_content(char *content, unsigned seed, unsigned size)
{
    uint64_t state = seed * UINT64_C(2654435761) + 1;
    for (unsigned i = 0; i < size; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        content[i] = (char)('a' + (state >> 33) % 26);
    }
}

static void note_refusal(struct load *load, const struct answered *answered)
{
    pthread_mutex_lock(&load->lock);
    load->last.status = answered->status;
    snprintf(load->last.words, sizeof load->last.words, "%.*s", TEXT_ARGS(answered->body));
    pthread_mutex_unlock(&load->lock);
    load->refused++;
    usleep(2000);
}

/* The id that was acknowledged; empty where it was refused, or where the server is gone. */
static struct text take(struct worker *worker, const struct answered *answered, const char *member)
{
    if (answered->status == 200)
        return json_text(json_get(answered->json, member));
    if (answered->status == 0)
        worker->gone = true;
    if (answered->status)
        note_refusal(worker->load, answered);
    return TEXT("");
}

static void keep(struct worker *worker, struct text id, unsigned seed, unsigned size)
{
    struct kept *kept = &worker->kept[worker->n];
    if (id.n != ID_LENGTH)
        return;
    snprintf(kept->id, sizeof kept->id, "%.*s", TEXT_ARGS(id));
    kept->seed = seed;
    kept->size = size;
    worker->n++;
}

static struct text command(struct worker *worker, const char *name, struct text json, const char *member)
{
    struct answered answered =
        client_ask(worker->client, worker->arena, worker->load->token, name, arena_string(worker->arena, json));
    struct text id = take(worker, &answered, member);
    keep(worker, id, 0, 0);
    return id;
}

static struct text attach(struct worker *worker, const char *case_id)
{
    unsigned seed = (unsigned)rand_r(&worker->seed), size = 1 + seed % (worker->load->settings.documents ? CONTENT_MOST : 2000);
    make_content(worker->content, seed, size);
    struct text path = arena_format(worker->arena, "document/attach?case_id=%s", case_id);
    struct answered answered = client_send(worker->client, worker->arena, worker->load->token, path.p, "text/plain", "body-map.txt",
                                           (struct text){worker->content, size});
    struct text id = take(worker, &answered, "document_id");
    keep(worker, id, seed, size);
    return id;
}

/* One round of the job. Whatever is refused on the way ends it; the next begins anew. */
static void work(struct worker *worker, const char *case_id)
{
    struct arena *arena = worker->arena;
    struct text item = command(worker, "item/record",
                               arena_format(arena, "{\"case_id\":\"%s\",\"text\":\"One more thing was seen.\",\"nature\":\"fact\"}",
                                            case_id),
                               "item_id");
    struct text decision =
        item.n == 0 ? TEXT("")
                    : command(worker, "decision/record",
                              arena_format(arena,
                                           "{\"cases\":[\"%s\"],\"agencies\":[\"%s\"],\"outcome\":\"share\",\"reasons\":\"What the "
                                           "child said.\",\"facts\":{\"purpose\":\"section-47\",\"identifies\":\"living-person\","
                                           "\"confidential\":true,\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":"
                                           "\"evidence\",\"proportionate\":true,\"urgent\":false,\"recipient_needs_to_know\":true,"
                                           "\"informing_raises_risk\":false}}",
                                           case_id, worker->load->agency),
                              "decision_id");
    if (decision.n == 0 || rand_r(&worker->seed) % 3)
        return;
    struct text document = attach(worker, case_id);
    if (document.n)
        command(worker, "share/send",
                arena_format(arena, "{\"decisions\":[\"%.*s\"],\"items\":[\"%.*s\"],\"documents\":[\"%.*s\"],\"message\":"
                                    "\"Please look at this today.\"}",
                             TEXT_ARGS(decision), TEXT_ARGS(item), TEXT_ARGS(document)),
                "share_id");
}

static void *run(void *context)
{
    struct worker *worker = context;
    char case_id[ID_LENGTH + 1] = "";
    while (!worker->gone && !worker->load->over && worker->n + 4 < KEPT_MOST) {
        arena_reset(worker->arena);
        if (!case_id[0]) {
            struct text id = command(worker, "case/open", TEXT("{\"name\":\"Robin Example\"}"), "case_id");
            snprintf(case_id, sizeof case_id, "%.*s", TEXT_ARGS(id));
        } else {
            work(worker, case_id);
        }
    }
    return NULL;
}

/* ---- beginning and ending ---- */

const char *load_sign_in(struct server *server, struct arena *arena)
{
    struct client *client = client_new(server);
    struct answered answered = client_ask(client, arena, NULL, "token",
                                          "{\"login\":\"teacher\",\"password\":\"" SERVER_PASSWORD
                                          "\",\"label\":\"load\",\"days\":90}");
    client_free(&client);
    if (answered.status != 200)
        server_fail(server, "signing in: %d %.*s", answered.status, TEXT_ARGS(answered.body));
    return arena_string(arena, json_text(json_get(answered.json, "token")));
}

static void find_agency(struct load *load)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct client *client = client_new(load->server);
    struct answered answered = client_ask(client, arena, load->token, "agency/list", NULL);
    const struct json *rows = json_get(answered.json, "rows");
    for (size_t i = 0; rows && i < rows->count; i++)
        if (text_equal(json_text(json_get(&rows->item[i], "kind")), TEXT("childrens-social-care")))
            snprintf(load->agency, sizeof load->agency, "%.*s",
                     TEXT_ARGS(json_text(json_get(&rows->item[i], "agency_id"))));
    client_free(&client);
    if (!load->agency[0])
        server_fail(load->server, "no agency to share with: %d", answered.status);
}

struct load *load_begin(struct server *server, const char *token, const struct load_settings *settings)
{
    struct load *load = calloc(1, sizeof *load);
    if (!load)
        server_fail(server, "out of memory");
    load->server = server;
    load->token = token;
    load->settings = *settings;
    pthread_mutex_init(&load->lock, NULL);
    find_agency(load);
    for (int i = 0; i < settings->clients; i++) {
        struct worker *worker = &load->worker[i];
        *worker = (struct worker){.load = load,
                                  .client = client_new(server),
                                  .arena = arena_new(4 << 20, ARENA_PLAIN),
                                  .content = malloc(CONTENT_MOST),
                                  .kept = calloc(KEPT_MOST, sizeof(struct kept))};
        bytes_random(&worker->seed, sizeof worker->seed);
        if (!worker->arena || !worker->content || !worker->kept ||
            pthread_create(&worker->thread, NULL, run, worker) != 0)
            server_fail(server, "out of memory");
    }
    return load;
}

void load_end(struct load *load)
{
    load->over = true;
    for (int i = 0; i < load->settings.clients; i++)
        pthread_join(load->worker[i].thread, NULL);
}

void load_free(struct load **slot)
{
    struct load *load = *slot;
    for (int i = 0; i < load->settings.clients; i++) {
        client_free(&load->worker[i].client);
        arena_free(&load->worker[i].arena);
        free(load->worker[i].content);
        free(load->worker[i].kept);
    }
    pthread_mutex_destroy(&load->lock);
    free(load);
    *slot = NULL;
}

size_t load_acknowledged(const struct load *load)
{
    size_t n = 0;
    for (int i = 0; i < load->settings.clients; i++)
        n += load->worker[i].n;
    return n;
}

size_t load_refused(const struct load *load)
{
    return load->refused;
}

struct refusal load_last(struct load *load)
{
    pthread_mutex_lock(&load->lock);
    struct refusal last = load->last;
    pthread_mutex_unlock(&load->lock);
    return last;
}

static bool all_gone(const struct load *load)
{
    for (int i = 0; i < load->settings.clients; i++)
        if (!load->worker[i].gone)
            return false;
    return true;
}

enum { LOOKS = 60000 }; /* counted, not timed: a slow machine only takes longer */

void load_wait_acknowledged(struct load *load, size_t n)
{
    for (int i = 0; i < LOOKS && load_acknowledged(load) < n && !all_gone(load); i++)
        usleep(2000);
    if (load_acknowledged(load) < n)
        server_fail(load->server, "only %zu of %zu were acknowledged; the last refusal: %d %s", load_acknowledged(load), n,
                    load_last(load).status, load_last(load).words);
}

void load_wait_refused(struct load *load, size_t n)
{
    for (int i = 0; i < LOOKS && load->refused < n && !all_gone(load); i++)
        usleep(2000);
}

/* ---- what must hold ---- */

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, ID_LENGTH);
}

/* Ids are all different, whatever they are of. */
static struct text all_ids(struct server *server, struct arena *arena)
{
    static const char query[] = "SELECT id FROM case_file UNION ALL SELECT id FROM item UNION ALL SELECT id FROM decision"
                                " UNION ALL SELECT id FROM document UNION ALL SELECT id FROM share";
    return server->database[0]
               ? server_shell(server, arena, "psql -Atc '%s' '%s' | LC_ALL=C sort", query, server->database)
               : server_shell(server, arena, "sqlite3 %s/data/proviso.db '%s' | LC_ALL=C sort", server->home, query);
}

static void check_nothing_half(struct server *server, struct arena *arena)
{
    static const char half[] =
        "SELECT (SELECT count(*) FROM case_file c WHERE NOT EXISTS (SELECT 1 FROM need_to_know n WHERE n.case_id = c.id))"
        " + (SELECT count(*) FROM share s WHERE NOT EXISTS (SELECT 1 FROM receipt r WHERE r.share_id = s.id))"
        " + (SELECT count(*) FROM share s WHERE NOT EXISTS (SELECT 1 FROM share_item i WHERE i.share_id = s.id))";
    char whole[600];
    const char *from = server->database[0] ? "" : "docs.";
    snprintf(whole, sizeof whole, "SELECT count(*) FROM document d WHERE NOT EXISTS (SELECT 1 FROM %sstore_blob b WHERE"
             " b.name = d.payload AND b.state = 1 AND b.size = (SELECT sum(length(p.content)) FROM %sstore_piece p WHERE"
             " p.owner = b.name))", from, from);
    struct text said =
        server->database[0]
            ? server_shell(server, arena, "psql -Atc \"%s\" -c \"%s\" '%s'", half, whole, server->database)
            : server_shell(server, arena,
                           "sqlite3 %s/data/proviso.db \"ATTACH '%s/data/documents.db' AS docs\" \"%s\" \"%s\""
                           " 'PRAGMA foreign_key_check'",
                           server->home, server->home, half, whole);
    if (!text_equal(text_trim(said), TEXT("0\n0")))
        server_fail(server, "something is half there (without its parts; without its payload; referring to nothing): %.*s",
                    TEXT_ARGS(said));
}

void load_check_kept(struct server *server, const struct load *load)
{
    ARENA_SCOPE struct arena *arena = arena_new(256 << 20, ARENA_PLAIN);
    struct text rest = all_ids(server, arena), line;
    size_t n = 0;
    char(*there)[ID_LENGTH] = calloc(rest.n / ID_LENGTH + 1, ID_LENGTH);
    while (there && text_next(&rest, '\n', &line))
        if (line.n == ID_LENGTH)
            memcpy(there[n++], line.p, ID_LENGTH);
    for (int c = 0; c < load->settings.clients; c++)
        for (size_t i = 0; i < load->worker[c].n; i++)
            if (!there || !bsearch(load->worker[c].kept[i].id, there, n, ID_LENGTH, by_id))
                server_fail(server, "%s was acknowledged and is lost", load->worker[c].kept[i].id);
    free(there);
    check_nothing_half(server, arena);
}

void load_check_documents(struct server *server, const char *token, const struct load *load)
{
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct client *client = client_new(server);
    char *content = malloc(CONTENT_MOST);
    for (int c = 0; content && c < load->settings.clients; c++)
        for (size_t i = 0; i < load->worker[c].n; i++) {
            const struct kept *kept = &load->worker[c].kept[i];
            if (!kept->size)
                continue;
            arena_reset(arena);
            struct text path = arena_format(arena, "document/open?document_id=%s", kept->id);
            struct answered answered = client_ask(client, arena, token, path.p, NULL);
            make_content(content, kept->seed, kept->size);
            if (answered.status != 200 || !text_equal(answered.body, (struct text){content, kept->size}))
                server_fail(server, "document %s is not as it was acknowledged: %d, %zu bytes of %u", kept->id,
                            answered.status, answered.body.n, kept->size);
        }
    free(content);
    client_free(&client);
}

void load_check_verifies(struct server *server)
{
    ARENA_SCOPE struct arena *arena = arena_new(32 << 20, ARENA_PLAIN);
    struct text output;
    int code = server_run(server, arena, "ledger verify", &output);
    if (code != 0)
        server_fail(server, "verifying ended with %d: %.*s", code, TEXT_ARGS(output));
}
