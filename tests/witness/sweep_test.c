/*
 * A witness and a mirror, where whatever they ask for is refused in turn, and the machine loses its power then: what was
 * not synced is gone. A witness signs no two trees, and remembers what it answered. A copy verifies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <openssl/sha.h>

#include "base.h"
#include "host.h"
#include "http/http.h"
#include "support/folder.h"
#include "support/sweep.h"
#include "witness.h"

#define ORIGIN "log.example/partnership"
#define ALL                                                                                                            \
    (1U << FAULT_MEMORY | 1U << FAULT_MEMORY_INNER | 1U << FAULT_READ | 1U << FAULT_WRITE | 1U << FAULT_FULL |         \
     1U << FAULT_SYNC | 1U << FAULT_NAME)

static struct host honest, lying; /* one log, and its other face */

static void good(int code, const struct error *error)
{
    char line[800];
    error_line(error, line, sizeof line);
    if (code)
        fail_msg("%s", line);
}

/* ---- the witness ---- */

enum { VISITS = 4 };
static const uint64_t SIZES[VISITS] = {5, 300, 300, 301};

struct desk_ground {
    char folder[TEST_FOLDER_SIZE], home[TEST_FOLDER_SIZE + 8];
    int64_t now;
};

static struct desk_ground *clock_of;
static const char *log_key;
static struct text submissions[VISITS], note_of[VISITS], the_lie;
static struct text truth_from[VISITS], lie_from[VISITS]; /* what shows the newest tree, from each of the sizes */

static int64_t desk_clock(void)
{
    return clock_of->now;
}

static int desk_open(struct desk_ground *ground, struct witness_desk **desk, struct error *error)
{
    const char *const logs[] = {log_key};
    struct witness_desk_settings settings = {
        .home = ground->home, .name = "witness.example/one", .logs = logs, .log_count = 1, .clock = desk_clock};
    clock_of = ground;
    return witness_desk_open(&settings, desk, error);
}

/* The time of a signature that it gave, which must be its own. */
static uint64_t time_of(struct arena *arena, struct witness_desk *desk, struct text note, struct text line)
{
    struct ledger_key key;
    struct ledger_note parsed;
    struct ledger_note_verdict verdict;
    struct text merged;
    struct error error = {0};
    good(ledger_key_parse(witness_desk_key(desk, arena), &key, &error), &error);
    good(ledger_note_merge(arena, note, line, &key, 1, &merged, &error), &error);
    good(ledger_note_parse(arena, merged, &parsed, &error), &error);
    good(ledger_note_verify(&parsed, &key, 1, &verdict, &error), &error);
    return verdict.time;
}

/* What it answered to the visits, in one life. */
struct visits {
    int status[VISITS + 1];
    char line[VISITS][400];
};

static int desk_visits(struct desk_ground *ground, struct visits *visits, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
    struct witness_desk *desk = NULL;
    int result = arena ? desk_open(ground, &desk, error) : error_set(error, ERROR_SYSTEM, "", "Try again.", "out of memory");
    for (int i = 0; result == 0 && i <= VISITS; i++) {
        struct witness_reply reply;
        arena_reset(arena);
        witness_desk_submit(desk, arena, i < VISITS ? submissions[i] : the_lie, &reply);
        visits->status[i] = reply.status;
        if (i < VISITS && reply.status == 200)
            snprintf(visits->line[i], sizeof visits->line[i], "%.*s", TEXT_ARGS(reply.body));
        ground->now += CLOCK_SECOND;
        int expected = i < VISITS ? 200 : 409;
        if (reply.status != expected && reply.status != 500)
            fail_msg("the log is told %d: %.*s", reply.status, TEXT_ARGS(reply.body)); /* it has done nothing wrong */
        if (reply.status != expected)
            result = error_set(error, ERROR_SYSTEM, "answer", "Ask again.", "%.*s", TEXT_ARGS(reply.body));
    }
    witness_desk_close(&desk);
    return result;
}

static struct visits told;

static int work_desk(void *context, struct error *error)
{
    memset(&told, 0, sizeof told);
    return desk_visits(context, &told, error);
}

static bool is_there(struct desk_ground *ground, const char *which)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    struct ledger_checkpoint checkpoint;
    struct text note;
    char path[300], hash[65];
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256((const uint8_t *)ORIGIN, strlen(ORIGIN), digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
    snprintf(path, sizeof path, "%s/conflicts/%s-301-%s", ground->home, hash, which);
    return file_read(arena, path, 4096, &note, &error) == 0 &&
           ledger_checkpoint_open(arena, note, TEXT(ORIGIN), &honest.signer.signer.key, 1, &checkpoint, NULL, &error) == 0;
}

/*
 * The disk has what it answered; the other face gets no signature; no time goes back, though the clock did; and it
 * goes on from where it stands.
 */
static void check_desk(void *context, int code)
{
    struct desk_ground *ground = context;
    struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
    struct witness_desk *desk = NULL;
    struct witness_reply reply;
    struct error error = {0};
    uint64_t time = 0, size = 0;
    assert_true(code == 0 || code == ERROR_SYSTEM);
    fault_lose(ground->folder);
    ground->now -= 3600 * CLOCK_SECOND;
    good(desk_open(ground, &desk, &error), &error);
    for (int i = 0; i < VISITS; i++)
        if (told.status[i] == 200) {
            uint64_t at = time_of(arena, desk, note_of[i], text_of(told.line[i]));
            assert_true(at >= time && SIZES[i] >= size);
            time = at;
            size = SIZES[i];
        }
    assert_true(code || size == SIZES[VISITS - 1]);
    witness_desk_submit(desk, arena, submissions[0], &reply);
    if (size == 0 && reply.status == 200)
        size = SIZES[0];
    else if (size)
        assert_int_equal(reply.status, 409);
    /* from wherever it is, by what it says itself */
    int64_t stands = (int64_t)size;
    if (reply.status == 409)
        assert_true(text_to_int64(text_trim(reply.body), &stands) && stands >= (int64_t)size);
    int from = 0;
    while (from < VISITS && SIZES[from] != (uint64_t)stands)
        from++;
    assert_true(from < VISITS);
    witness_desk_submit(desk, arena, lie_from[from], &reply);
    assert_true(reply.status == 409 || reply.status == 422);
    witness_desk_submit(desk, arena, truth_from[from], &reply);
    assert_int_equal(reply.status, 200);
    assert_true(time_of(arena, desk, honest.note, reply.body) >= time);
    witness_desk_submit(desk, arena, the_lie, &reply);
    assert_int_equal(reply.status, 409);
    if (!is_there(ground, "first") || !is_there(ground, "second"))
        fail_msg("what shows that the log lied is not kept");
    witness_desk_close(&desk);
    arena_free(&arena);
}

static void make_desk(void *context)
{
    struct desk_ground *ground = context;
    *ground = (struct desk_ground){.now = 1790000000 * CLOCK_SECOND};
    assert_int_equal(0, test_folder_make_light("witness-sweep", ground->folder));
    snprintf(ground->home, sizeof ground->home, "%s/home", ground->folder);
    fault_watch();
}

static void clear_desk(void *context)
{
    struct desk_ground *ground = context;
    assert_int_equal(0, test_folder_remove(ground->folder));
}

static void test_desk(void **state)
{
    (void)state;
    struct desk_ground ground;
    const struct sweep sweep = {
        .name = "witness", .kinds = ALL, .make = make_desk, .work = work_desk, .check = check_desk, .clear = clear_desk};
    sweep_run(&sweep, &ground);
}

/* ---- the mirror ---- */

enum { FIRST = 250, SECOND = 900 };
static struct host shown[2]; /* as it was, and as it is: /0/..., /1/... */
static unsigned port;

struct mirror_ground {
    char folder[TEST_FOLDER_SIZE], copy[TEST_FOLDER_SIZE + 8];
    uint64_t before; /* 0: no copy yet */
};

static int serve_log(struct http_request *request, struct error *error)
{
    struct host *host = &shown[text_equal(http_param(request, "face"), TEXT("1"))];
    struct text path = http_param(request, "path"), content;
    if (text_equal(path, TEXT("checkpoint")))
        return http_reply(request, 200, "text/plain", host->note, error);
    pthread_mutex_lock(&host->lock);
    int result = ledger_serve(&host->storage, http_arena(request), host->edge.size, path, &content, error);
    pthread_mutex_unlock(&host->lock);
    return result ? result : http_reply(request, 200, "application/octet-stream", content, error);
}

/* In a process of its own: nothing of the host's is made to fail. */
static pid_t serve(void)
{
    static const struct http_route routes[] = {{.method = HTTP_GET, .pattern = "/{face}/{path...}", .handler = serve_log}};
    static const struct http_table table = {routes, 1};
    static const struct http_site site = {.tables = &table, .tables_n = 1};
    int ends[2];
    assert_int_equal(0, pipe(ends));
    pid_t pid = fork();
    if (pid == 0) {
        struct http_settings settings = {.address = "127.0.0.1"};
        struct http_server *server;
        struct error error;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        unsigned got = http_start(&settings, &site, &server, &error) ? 0 : http_port(server);
        if (write(ends[1], &got, sizeof got) == sizeof got)
            pause();
        _exit(1);
    }
    assert_true(pid > 0 && read(ends[0], &port, sizeof port) == sizeof port && port);
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static int mirror(struct mirror_ground *ground, int face, struct error *error)
{
    char url[100];
    struct witness_mirror_report report;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/%d", port, face);
    struct witness_mirror_settings settings = {.url = url, .folder = ground->copy, .log = honest.signer.signer.key};
    return witness_mirror_run(&settings, &report, error);
}

static int work_mirror(void *context, struct error *error)
{
    return mirror(context, 1, error);
}

/* The size that it verifies at; 0 where no copy stands. */
static uint64_t verified(struct mirror_ground *ground)
{
    struct ledger_head head;
    struct error error = {0};
    char path[200];
    snprintf(path, sizeof path, "%s/checkpoint", ground->copy);
    if (access(path, F_OK) != 0)
        return 0;
    good(witness_mirror_check(ground->copy, &honest.signer.signer.key, NULL, NULL, NULL, &head, &error), &error);
    return head.size;
}

/* Each piece that a checkpoint of this size speaks of is a file, or the beginning of one, and of the length it must have. */
static void check_files(struct mirror_ground *ground, uint64_t size)
{
    for (int level = LEDGER_LEVEL_ENTRIES; level < 8; level++)
        for (uint64_t index = 0;; index++) {
            struct ledger_tile tile = {level, index, ledger_tile_width(level, index, size)};
            char relative[LEDGER_PATH_SIZE], path[300];
            struct stat status;
            if (tile.width == 0)
                break;
            ledger_tile_path(&tile, relative);
            snprintf(path, sizeof path, "%s/%s", ground->copy, relative);
            if (stat(path, &status) != 0) {
                tile.width = LEDGER_TILE_WIDTH;
                ledger_tile_path(&tile, relative);
                snprintf(path, sizeof path, "%s/%s", ground->copy, relative);
                if (stat(path, &status) != 0)
                    fail_msg("%s is not there", path);
            }
            if (level != LEDGER_LEVEL_ENTRIES && status.st_size != (off_t)tile.width * LEDGER_HASH_SIZE)
                fail_msg("%s is torn", path);
        }
}

static void check_mirror(void *context, int code)
{
    struct mirror_ground *ground = context;
    struct error error = {0};
    assert_true(code == 0 || code == ERROR_SYSTEM); /* the log has done nothing wrong */
    fault_lose(ground->folder);
    uint64_t size = verified(ground);
    if (size != SECOND && (code == 0 || size != ground->before))
        fail_msg("the copy is of %llu entries", (unsigned long long)size);
    check_files(ground, size);
    good(mirror(ground, 1, &error), &error);
    assert_true(verified(ground) == SECOND);
    check_files(ground, SECOND);
}

static void make_copy(struct mirror_ground *ground, bool begun)
{
    struct error error = {0};
    *ground = (struct mirror_ground){.before = begun ? FIRST : 0};
    assert_int_equal(0, test_folder_make_light("mirror-sweep", ground->folder));
    snprintf(ground->copy, sizeof ground->copy, "%s/copy", ground->folder);
    if (begun)
        good(mirror(ground, 0, &error), &error);
    fault_watch();
}

static void make_new(void *context)
{
    make_copy(context, false);
}

static void make_begun(void *context)
{
    make_copy(context, true);
}

static void clear_mirror(void *context)
{
    struct mirror_ground *ground = context;
    assert_int_equal(0, test_folder_remove(ground->folder));
}

static void test_mirror(void **state)
{
    (void)state;
    struct mirror_ground ground;
    struct sweep sweep = {.name = "a new copy", .kinds = ALL, .make = make_new, .work = work_mirror, .check = check_mirror,
                          .clear = clear_mirror};
    sweep_run(&sweep, &ground);
    sweep.name = "a copy that grows";
    sweep.make = make_begun;
    sweep_run(&sweep, &ground);
}

static void prepare(void)
{
    for (int i = 0; i < VISITS; i++) {
        uint64_t seen = i ? SIZES[i - 1] : 0;
        if (SIZES[i] > seen)
            host_grow(&honest, SIZES[i] - seen, "leaf");
        submissions[i] = host_submission(&honest, seen);
        note_of[i] = honest.note;
    }
    log_key = host_key(&honest);
    host_grow(&lying, 4, "leaf");
    host_grow(&lying, 297, "lie");
    for (int i = 0; i < VISITS; i++) {
        truth_from[i] = host_submission(&honest, SIZES[i]);
        lie_from[i] = host_submission(&lying, SIZES[i]);
    }
    the_lie = lie_from[VISITS - 1];
}

int main(void)
{
    fault_libraries();
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    curl_global_init(CURL_GLOBAL_ALL);
    host_make(&honest, ORIGIN, 1);
    host_make(&lying, ORIGIN, 1);
    prepare();
    for (int i = 0; i < 2; i++) {
        host_make(&shown[i], ORIGIN, 1);
        host_grow(&shown[i], FIRST, "leaf");
    }
    host_grow(&shown[1], SECOND - FIRST, "leaf");
    pid_t host = serve();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_desk), cmocka_unit_test(test_mirror)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    kill(host, SIGKILL);
    waitpid(host, NULL, 0);
    return failed;
}
