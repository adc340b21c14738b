/* A full copy of a log, from hosts of every kind of honesty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base.h"
#include "host.h"
#include "http/http.h"
#include "support/folder.h"
#include "witness.h"

enum mischief { NONE, WRONG_ENTRY, OLD_ENTRY, WRONG_TILE, WRONG_HIGH_TILE, SHORT_BUNDLE, LONG_BUNDLE, LONG_TILE, NO_PARTIALS, SHORT_FULL, OTHER_NOTE, BREAKS_OFF, PACKED, PACKED_HUGE };

static char folder[TEST_FOLDER_SIZE], copy[100], url[100];
static struct arena *arena;
static struct error error;
static struct host host, face, *shown;
static struct http_server *server;
static _Atomic int mischief;
static _Atomic unsigned asked;
static _Atomic unsigned break_at; /* of BREAKS_OFF: this request is the first that fails */
static struct text other_note;
static size_t short_to; /* of SHORT_FULL: bytes of the third bundle */

/* As gzip does, whoever asks and however. */
static int reply_packed(struct http_request *request, struct text plain, struct error *why)
{
    size_t room = plain.n + 1000;
    unsigned char *packed = arena_alloc(http_arena(request), room), *from = (unsigned char *)arena_string(http_arena(request), plain);
    z_stream stream = {.next_in = from, .avail_in = (uInt)plain.n, .next_out = packed, .avail_out = (uInt)room};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return error_set(why, ERROR_SYSTEM, "", "", "zlib does not start");
    int end = deflate(&stream, Z_FINISH);
    size_t n = stream.total_out;
    deflateEnd(&stream);
    int result = end == Z_STREAM_END ? http_set_header(request, "Content-Encoding", TEXT("gzip"), why)
                                     : error_set(why, ERROR_SYSTEM, "", "", "zlib has not done");
    return result ? result : http_reply(request, 200, "application/octet-stream", (struct text){(char *)packed, n}, why);
}

static int serve_log(struct http_request *request, struct error *why)
{
    struct text path = http_param(request, "path"), content;
    unsigned number = atomic_fetch_add(&asked, 1);
    enum mischief kind = (enum mischief)atomic_load(&mischief);
    bool no_partials = kind == NO_PARTIALS || kind == SHORT_FULL;
    if (kind == BREAKS_OFF && number >= atomic_load(&break_at))
        return error_set(why, ERROR_SYSTEM, "", "", "gone");
    if (kind == PACKED && text_equal(path, TEXT("checkpoint")))
        return reply_packed(request, shown->note, why);
    if (text_equal(path, TEXT("checkpoint")))
        return http_reply(request, 200, "text/plain", kind == OTHER_NOTE || no_partials ? other_note : shown->note, why);
    /* as a host that has moved on since: where it has the full one, it has the partial one no more */
    if (no_partials && text_find(path, TEXT(".p/")) >= 0 && !text_starts(path, TEXT("tile/1/")))
        return error_set(why, ERROR_MISSING, "", "", "no such tile");
    pthread_mutex_lock(&shown->lock);
    int result = ledger_serve(&shown->storage, http_arena(request), shown->edge.size, path, &content, why);
    pthread_mutex_unlock(&shown->lock);
    if (result != 0)
        return result;
    if (kind == PACKED)
        return reply_packed(request, content, why);
    if (kind == PACKED_HUGE) {
        size_t n = 20 << 20;
        char *same = arena_alloc(http_arena(request), n);
        memset(same, 0, n);
        return reply_packed(request, (struct text){same, n}, why);
    }
    char *changed = arena_alloc(http_arena(request), content.n + 3);
    memset(changed, 0, content.n + 3);
    memcpy(changed, content.p, content.n);
    bool entries = text_find(path, TEXT("entries")) >= 0;
    if ((kind == WRONG_ENTRY && entries) || (kind == WRONG_TILE && !entries))
        changed[content.n - 1] = (char)(changed[content.n - 1] ^ 1);
    if (kind == WRONG_HIGH_TILE && text_starts(path, TEXT("tile/1/")))
        changed[0] = (char)(changed[0] ^ 1);
    if (kind == OLD_ENTRY && entries)
        changed[2] = (char)(changed[2] ^ 1); /* the first of the bundle */
    if (kind == SHORT_BUNDLE && entries)
        content.n -= 3;
    if (text_find(path, TEXT(".p/")) >= 0 && kind == (entries ? LONG_BUNDLE : LONG_TILE))
        content.n += 3;
    if (kind == SHORT_FULL && entries && text_ends(path, TEXT("/002")))
        content.n = short_to;
    return http_reply(request, 200, "application/octet-stream", (struct text){changed, content.n}, why);
}

static const struct http_route routes[] = {{.method = HTTP_GET, .pattern = "/log/{path...}", .handler = serve_log}};
static const struct http_table table = {routes, 1};
static struct http_site site = {.tables = &table, .tables_n = 1};

static int setup(void **state)
{
    (void)state;
    struct http_settings settings = {.address = "127.0.0.1", .arena_bytes = 64 << 20};
    arena = arena_new(256 << 20, ARENA_PLAIN);
    host_make(&host, "log.example/partnership", 1);
    host_make(&face, "log.example/partnership", 1);
    shown = &host;
    atomic_store(&mischief, NONE);
    if (test_folder_make("witness-mirror", folder) != 0 || http_start(&settings, &site, &server, &error) != 0)
        return -1;
    snprintf(copy, sizeof copy, "%s/copy", folder);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/log", http_port(server));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    http_stop(&server);
    host_free(&host);
    host_free(&face);
    arena_free(&arena);
    return test_folder_remove(folder);
}

static int mirror(struct witness_mirror_report *report)
{
    struct witness_mirror_settings settings = {.url = url, .folder = copy, .log = host.signer.signer.key};
    return witness_mirror_run(&settings, report, &error);
}

/* What the copy is worth by itself: its size, all of it read again. */
static uint64_t checked(void)
{
    struct ledger_head head;
    int result = witness_mirror_check(copy, &host.signer.signer.key, NULL, NULL, NULL, &head, &error);
    if (result != 0)
        fail_msg("%s: %s", error.where, error.what);
    return head.size;
}

/* Each piece of a log of this size must be a file, or the beginning of a wider one, as a web server would find it. */
static void served_as_files(uint64_t size)
{
    char path[300];
    struct stat status;
    for (int level = LEDGER_LEVEL_ENTRIES; level < 8; level++)
        for (uint64_t index = 0;; index++) {
            unsigned width = ledger_tile_width(level, index, size);
            struct ledger_tile tile = {level, index, width}, full = {level, index, LEDGER_TILE_WIDTH};
            char relative[LEDGER_PATH_SIZE];
            if (width == 0)
                break;
            ledger_tile_path(&tile, relative);
            snprintf(path, sizeof path, "%s/%s", copy, relative);
            bool there = stat(path, &status) == 0;
            ledger_tile_path(&full, relative);
            snprintf(path, sizeof path, "%s/%s", copy, relative);
            if (!there && stat(path, &status) != 0)
                fail_msg("%s is not there", path);
        }
}

static void grows(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 44, 211, 1, 300, 70000, 5};
    struct witness_mirror_report report;
    uint64_t size = 0;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        host_grow(&host, steps[i], "leaf");
        if (mirror(&report) != 0)
            fail_msg("%s: %s", error.where, error.what);
        assert_true(report.before == size && report.size == host.edge.size && report.tiles > 0);
        size = host.edge.size;
        assert_true(checked() == size);
        served_as_files(size);
    }
    assert_int_equal(mirror(&report), 0);
    assert_true(report.before == size && report.size == size && report.tiles == 0);
}

static void partials_are_gone(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    host_grow(&host, 600, "leaf");
    other_note = host.note; /* a checkpoint of before; the log itself has full tiles by now */
    host_grow(&host, 168, "leaf");
    atomic_store(&mischief, NO_PARTIALS);
    if (mirror(&report) != 0)
        fail_msg("%s: %s", error.where, error.what);
    assert_true(checked() == 600);
    served_as_files(600);
    host_grow(&host, 1, "leaf");
    other_note = host.note; /* of this one there is no full tile either */
    assert_int_equal(mirror(&report), ERROR_MISSING);
    assert_true(checked() == 600);
}

/* A log may pack what it hands out; what comes out of it is no longer than it may be unpacked. */
static void packed(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    host_grow(&host, 600, "leaf");
    atomic_store(&mischief, PACKED);
    if (mirror(&report) != 0)
        fail_msg("%s: %s", error.where, error.what);
    assert_true(checked() == 600);
    host_grow(&host, 100, "leaf");
    atomic_store(&mischief, PACKED_HUGE);
    assert_int_equal(mirror(&report), ERROR_SYSTEM);
    assert_non_null(strstr(error.what, "longer than it may be"));
    assert_true(checked() == 600);
}

/* In place of the partial bundle comes a full one that ends too early: between two entries, within one, within a length. */
static void full_is_short(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    struct text whole;
    host_grow(&host, 600, "leaf");
    other_note = host.note;
    host_grow(&host, 168, "leaf");
    assert_int_equal(ledger_serve(&host.storage, arena, 600, TEXT("tile/entries/002.p/88"), &whole, &error), 0);
    atomic_store(&mischief, SHORT_FULL);
    static const size_t missing[] = {1, 8, 9, 10, 11, 200};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        short_to = whole.n - missing[i];
        assert_int_equal(mirror(&report), ERROR_CHECK);
        assert_non_null(strstr(error.what, "not of the length"));
        assert_true(text_ends(text_of(error.where), TEXT("entries/002")));
    }
    short_to = whole.n;
    if (mirror(&report) != 0)
        fail_msg("%s: %s", error.where, error.what);
    assert_true(checked() == 600);
}

/* One run at a time: two would write the same files. */
static void one_at_a_time(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    char path[200];
    host_grow(&host, 10, "leaf");
    assert_int_equal(mirror(&report), 0);
    snprintf(path, sizeof path, "%s/.lock", copy);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0); /* the run before has let go of it */
    host_grow(&host, 10, "leaf");
    assert_int_equal(mirror(&report), ERROR_CONFLICT);
    assert_true(checked() == 10);
    close(fd);
    assert_int_equal(mirror(&report), 0);
    assert_true(checked() == 20);
}

static void not_believed(void **state)
{
    (void)state;
    static const struct {
        enum mischief mischief;
        const char *says;
    } kinds[] = {{WRONG_ENTRY, "the tree that the log signed is not what its entries make"},
                 {OLD_ENTRY, "another entry 512 than before"},
                 {WRONG_TILE, "does not follow from its own entries"},
                 {WRONG_HIGH_TILE, "does not follow from its own entries"},
                 {SHORT_BUNDLE, "not of the length"},
                 {LONG_BUNDLE, "not of the length"},
                 {LONG_TILE, "not of the length"}};
    struct witness_mirror_report report;
    host_grow(&host, 700, "leaf");
    assert_int_equal(mirror(&report), 0);
    host_grow(&host, 700, "leaf");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        atomic_store(&mischief, (int)kinds[i].mischief);
        assert_int_equal(mirror(&report), ERROR_CHECK);
        if (!strstr(error.what, kinds[i].says))
            fail_msg("%s: %s", kinds[i].says, error.what);
        assert_true(checked() == 700); /* what was copied before stands */
        served_as_files(700);
    }
    struct host stranger;
    host_make(&stranger, "log.example/partnership", 9);
    host_grow(&stranger, 1400, "leaf");
    other_note = stranger.note; /* another's signature */
    atomic_store(&mischief, OTHER_NOTE);
    assert_true(mirror(&report) != 0 && checked() == 700);
    other_note = TEXT("nonsense");
    assert_true(mirror(&report) != 0 && checked() == 700);
    atomic_store(&mischief, NONE);
    assert_int_equal(mirror(&report), 0);
    assert_true(checked() == 1400);
    host_free(&stranger);
}

/* Entries and tiles agree with each other; the root that the log signed is of neither. */
static void signs_another_root(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    char path[200];
    struct text kept;
    for (size_t i = 0; i < 2; i++) { /* into an empty folder; after a copy was made */
        host_grow(&host, 300, "leaf");
        struct ledger_head head = host_head(&host, host.edge.size);
        head.root.byte[31] ^= 1;
        other_note = host_sign(&host, &head);
        atomic_store(&mischief, OTHER_NOTE);
        assert_int_equal(mirror(&report), ERROR_CHECK);
        assert_non_null(strstr(error.what, "the tree that the log signed is not what its entries make"));
        snprintf(path, sizeof path, "%s/refused-%llu", copy, (unsigned long long)head.size);
        assert_int_equal(file_read(arena, path, 4096, &kept, &error), 0);
        assert_true(text_equal(kept, other_note));
        atomic_store(&mischief, NONE);
        assert_int_equal(mirror(&report), 0);
        assert_true(checked() == head.size);
    }
}

/* The host shows another tree than before: of the same size, smaller, larger. Each is kept as proof. */
static void two_faces(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    char path[200];
    struct text kept;
    host_grow(&host, 300, "leaf");
    host_grow(&host, 100, "leaf");
    assert_int_equal(mirror(&report), 0);
    host_grow(&face, 300, "leaf");
    host_grow(&face, 50, "lie");
    for (size_t i = 0; i < 3; i++, host_grow(&face, 50, "lie")) {
        shown = &face;
        assert_int_equal(mirror(&report), ERROR_CHECK);
        assert_true(checked() == 400);
        served_as_files(400);
        snprintf(path, sizeof path, "%s/refused-%llu", copy, (unsigned long long)face.edge.size);
        assert_int_equal(file_read(arena, path, 4096, &kept, &error), 0);
        assert_true(text_equal(kept, face.note));
    }
    /* an honest older checkpoint, from a cache on the way, is nothing bad */
    shown = &host;
    host_free(&face);
    host_make(&face, "log.example/partnership", 1);
    host_grow(&face, 300, "leaf");
    other_note = face.note;
    atomic_store(&mischief, OTHER_NOTE);
    assert_int_equal(mirror(&report), 0);
    assert_true(report.shown == 300 && report.size == 400 && checked() == 400);
}

/* Wherever it is cut short, the copy is a whole older one, and the next run goes on. */
static void cut_short(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    uint64_t last = 0;
    host_grow(&host, 44, "leaf");
    assert_int_equal(mirror(&report), 0);
    last = 44;
    for (unsigned at = 0; at < 40; at++) {
        host_grow(&host, at % 3 ? 30 : 1000, "leaf");
        atomic_store(&mischief, BREAKS_OFF);
        atomic_store(&asked, 0);
        atomic_store(&break_at, at % 7);
        int result = mirror(&report);
        uint64_t size = checked();
        assert_true(size == (result == 0 ? host.edge.size : last));
        served_as_files(size);
        last = size;
    }
    atomic_store(&mischief, NONE);
    assert_int_equal(mirror(&report), 0);
    assert_true(checked() == host.edge.size);
    /* as a killed run leaves it: wider tiles in place of the one at the edge */
    struct ledger_folder files;
    struct ledger_edge edge;
    struct ledger_growth growth;
    struct text leaves[300];
    for (size_t i = 0; i < 300; i++)
        leaves[i] = TEXT("never seen");
    assert_int_equal(ledger_folder_open(text_of(copy), &files, &error), 0);
    struct ledger_storage storage = ledger_folder_storage(&files);
    edge = host.edge;
    assert_int_equal(ledger_append(&storage, arena, &edge, leaves, 300, &edge, &growth, &error), 0);
    assert_true(checked() == host.edge.size);
    host_grow(&host, 2, "leaf");
    atomic_store(&mischief, WRONG_TILE); /* and the next run does not come to its end either */
    assert_int_equal(mirror(&report), ERROR_CHECK);
    assert_true(checked() == host.edge.size - 2);
    served_as_files(host.edge.size - 2);
    atomic_store(&mischief, NONE);
    assert_int_equal(mirror(&report), 0);
    assert_true(checked() == host.edge.size);
}

static void needs_witnesses(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    struct witness_policy policy;
    struct test_signer leeds, york;
    struct text merged, more;
    host_grow(&host, 10, "leaf");
    test_signer_make(&leeds, LEDGER_KEY_WITNESS, "leeds.example/w", 11);
    test_signer_make(&york, LEDGER_KEY_WITNESS, "york.example/w", 12);
    struct text source = arena_format(arena, "witness leeds %.*s\nwitness york %.*s\ngroup both all leeds york\nquorum both\n",
                                      TEXT_ARGS(ledger_key_text(arena, &leeds.signer.key)),
                                      TEXT_ARGS(ledger_key_text(arena, &york.signer.key)));
    assert_int_equal(witness_policy_parse(arena, source, "policy", &policy, &error), 0);
    struct witness_mirror_settings settings = {.url = url, .folder = copy, .log = host.signer.signer.key, .policy = &policy};
    assert_int_equal(witness_mirror_run(&settings, &report, &error), ERROR_CHECK);
    assert_int_equal(test_note_add(arena, host.note, &leeds.signer, 1790000000, &merged, &error), 0);
    other_note = merged;
    atomic_store(&mischief, OTHER_NOTE);
    assert_int_equal(witness_mirror_run(&settings, &report, &error), ERROR_CHECK);
    assert_non_null(strstr(error.what, "all of leeds, york"));
    assert_int_equal(test_note_add(arena, merged, &york.signer, 1790000000, &more, &error), 0);
    assert_int_equal(mirror(&report), 0); /* who asks for no witnesses takes it; a signature that comes later is added */
    struct ledger_head head;
    assert_int_equal(witness_mirror_check(copy, &host.signer.signer.key, &policy, NULL, NULL, &head, &error), ERROR_CHECK);
    other_note = more;
    assert_int_equal(witness_mirror_run(&settings, &report, &error), 0);
    assert_int_equal(witness_mirror_check(copy, &host.signer.signer.key, &policy, NULL, NULL, &head, &error), 0);
    /* a copy that was good under the policy of before is judged by the one that is asked for */
    struct test_signer hull;
    test_signer_make(&hull, LEDGER_KEY_WITNESS, "hull.example/w", 13);
    source = arena_format(arena, "witness hull %.*s\nquorum hull\n", TEXT_ARGS(ledger_key_text(arena, &hull.signer.key)));
    assert_int_equal(witness_policy_parse(arena, source, "policy", &policy, &error), 0);
    assert_int_equal(witness_mirror_check(copy, &host.signer.signer.key, &policy, NULL, NULL, &head, &error), ERROR_CHECK);
    assert_non_null(strstr(error.what, "hull needed"));
    /* a policy that names logs says nothing of others, whoever has signed; a key of the same name is another log */
    struct test_signer renamed;
    test_signer_make(&renamed, LEDGER_KEY_LOG, "log.example/partnership", 14);
    const struct ledger_key *const keys[] = {&renamed.signer.key, &host.signer.signer.key};
    for (size_t i = 0; i < 2; i++) {
        source = arena_format(arena, "log %.*s\nwitness leeds %.*s\nquorum leeds\n", TEXT_ARGS(ledger_key_text(arena, keys[i])),
                              TEXT_ARGS(ledger_key_text(arena, &leeds.signer.key)));
        assert_int_equal(witness_policy_parse(arena, source, "policy", &policy, &error), 0);
        assert_int_equal(witness_mirror_run(&settings, &report, &error), i == 0 ? ERROR_INPUT : 0);
        assert_int_equal(witness_mirror_check(copy, &host.signer.signer.key, &policy, NULL, NULL, &head, &error),
                         i == 0 ? ERROR_INPUT : 0);
    }
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {EACH(grows),     EACH(partials_are_gone), EACH(packed), EACH(full_is_short), EACH(one_at_a_time),
                                       EACH(not_believed), EACH(signs_another_root), EACH(two_faces), EACH(cut_short), EACH(needs_witnesses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
