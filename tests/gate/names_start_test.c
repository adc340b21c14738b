/* People are indexed by their names before the service begins: all of them or nobody, however it is cut short. */
#include "raw.h"

#include "keys.h"
#include "names.h"
#include "writer/writer.h"

#include "keyholder.h"
#include "store.h"
#include "work/name_index.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* So many that their pieces do not fit in the database's memory: most of them are in its log before the end. */
enum { PEOPLE = 3136, PAGES = PEOPLE / NAME_MOVE_PAGE, LATE = PAGES - 2, IN_THE_LOG = 2 << 20 };

static struct test_home home;
static struct id first, last; /* of these people */
static int64_t pieces;        /* of all their names, as the first test has counted them */

/* ---- a home of many, with no entries ---- */

static int put_people(struct store_session *session, void *context, struct error *error)
{
    struct arena *arena = context;
    struct turn turn = names_turn(home.gate, arena, session);
    int result = 0;
    for (int i = 0; !result && i < PEOPLE; i++) {
        char plain[100];
        struct turn_key key;
        struct text sealed;
        struct id subject = id_new(turn.now);
        if (i == 0)
            first = subject;
        last = subject;
        arena_reset(arena);
        snprintf(plain, sizeof plain, "{\"name\":\"Person %c%c%cqueline\"}", 'a' + i % 25, 'a' + i / 25 % 25, 'a' + i / 625);
        result = keys_fresh(home.gate, turn.now, &key, error);
        if (!result)
            result = turn_seal_with(&turn, &key, "subject", &subject, text_of(plain), &sealed, error);
        if (!result)
            result = turn_own_key_write(&turn, &key, error);
        if (!result)
            result = store_run(session, "INSERT INTO subject (id, agency_id, key_id, sealed, added_at) VALUES ($1, $2, $3, $4, $5)",
                               STORE_BIND(STORE_TEXT(id_text(&subject)), STORE_TEXT(id_text(&home.school)),
                                          STORE_TEXT(id_text(&key.id)), STORE_BYTES(sealed.p, sealed.n), STORE_INT(turn.now)),
                               NULL, error);
    }
    return result;
}

/* As the migration leaves a database of an earlier version. */
static void make_old(void)
{
    struct raw raw = raw_open(&home, "proviso");
    raw_run(&raw, "DELETE FROM record_key WHERE id IN (SELECT key_id FROM name_key); UPDATE name_key SET key_id = '';"
            "DELETE FROM subject_trigram; PRAGMA wal_checkpoint(TRUNCATE)");
    raw_close(&raw);
}

static int64_t count(const char *what)
{
    struct raw raw = raw_open(&home, "proviso");
    int64_t n = raw_int(&raw, "%s", what);
    raw_close(&raw);
    return n;
}

static void assert_nothing_there(void)
{
    assert_int_equal(count("SELECT (SELECT count(*) FROM subject_trigram) + (SELECT count(*) FROM subject_trigram_2)"), 0);
    assert_int_equal(count("SELECT count(*) FROM name_key WHERE id = 1 AND key_id = ''"), 1);
    assert_int_equal(count("SELECT count(*) FROM name_key"), 1);
}

static int open_with(const struct gate_settings *settings, struct error *error)
{
    return gate_open(settings, &home.gate, error);
}

static void must_find(const char *name, const struct id *subject)
{
    struct error error;
    struct view_rows rows;
    struct subject_search in = {text_of(name)};
    struct visit *teacher = home_visit(&home, "teacher");
    must(visit_look(teacher, &subject_search_view, &in, &rows, &error), &error, "subject.search");
    assert_true(rows.n > 0 && id_equal(&VISIT_ROW(rows, struct subject_row, 0)->subject_id, subject)); /* the best comes first */
    home_settle(teacher);
    visit_end(&teacher);
}

/* Every piece lies there, under a key that opens, and the first and the last are found by them. */
static void start_and_find(void)
{
    struct error error;
    struct gate_settings settings = home_settings(&home);
    must(open_with(&settings, &error), &error, "gate_open");
    assert_int_equal(count("SELECT count(*) FROM subject_trigram"), pieces);
    struct raw raw = raw_open(&home, "proviso");
    assert_string_equal(raw_findings(&raw, "subject_trigram").p, "");
    assert_string_equal(raw_findings(&raw, "name_key").p, "");
    raw_close(&raw);
    must_find("aaaqueline", &first);
    must_find("kafqueline", &last);
    gate_close(&home.gate);
    arena_reset(home.arena);
}

/* ---- what happens at a page ---- */

enum deed { STOP, KILL };
struct at_page {
    int left;
    enum deed deed;
};

static bool at_page(void *context)
{
    struct at_page *at = context;
    if (--at->left > 0)
        return false;
    if (at->deed == KILL)
        raise(SIGKILL);
    return true;
}

static struct gate_settings settings_with(struct at_page *at)
{
    struct gate_settings settings = home_settings(&home);
    settings.is_stopped = at_page;
    settings.is_stopped_context = at;
    return settings;
}

/* The keyholder is lost when names are opened the nth time; before that, they do not open together. */
static int lost_at, apart_at;

int __real_turn_open(struct turn *turn, struct sealed_row *rows, size_t n, struct error *error);
int __wrap_turn_open(struct turn *turn, struct sealed_row *rows, size_t n, struct error *error);
int __wrap_turn_open(struct turn *turn, struct sealed_row *rows, size_t n, struct error *error)
{
    if (lost_at && --lost_at == 0)
        return error_set(error, ERROR_SYSTEM, "keyholder", "Look.", "it does not answer");
    if (apart_at && --apart_at == 0)
        return error_set(error, ERROR_CHECK, "subject", "", "does not open");
    return __real_turn_open(turn, rows, n, error);
}

/* ---- tests ---- */

static int64_t ticks, first_tick;

/* Two seconds later each time that it is asked, however long that took. */
static int64_t steady(void)
{
    if (ticks == 0)
        first_tick = clock_steady();
    return first_tick + 2 * CLOCK_SECOND * ticks++;
}

static struct text said_while_opening(struct gate_settings *settings)
{
    struct error error;
    static char line[100000];
    char path[128];
    snprintf(path, sizeof path, "%s/said", home.folder);
    int to = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600), kept = dup(STDERR_FILENO);
    assert_true(to >= 0 && kept >= 0 && dup2(to, STDERR_FILENO) >= 0);
    int result = open_with(settings, &error);
    dup2(kept, STDERR_FILENO);
    must(result, &error, "gate_open");
    ssize_t n = pread(to, line, sizeof line, 0);
    assert_true(n >= 0);
    close(to), close(kept);
    gate_close(&home.gate);
    return (struct text){line, (size_t)n};
}

/* The operator reads how many there are, how far it is, ever further, and that it is done. */
static void test_of_progress(void **state)
{
    (void)state;
    make_old();
    struct gate_settings settings = home_settings(&home);
    settings.steady = steady;
    struct text said = said_while_opening(&settings), line;
    pieces = count("SELECT count(*) FROM subject_trigram");
    assert_true(pieces > PEOPLE * 10);
    long long before = 0, now, of;
    int told = 0;
    assert_true(text_find(said, TEXT("gate: indexing 3136 people by their names: the service begins after that")) >= 0);
    assert_true(text_find(said, TEXT("gate: indexed all 3136 people by their names")) >= 0);
    for (struct text rest = said; text_next(&rest, '\n', &line);) {
        const char *at = text_find(line, TEXT("indexed ")) >= 0 ? line.p + text_find(line, TEXT("indexed ")) : NULL;
        if (!at || sscanf(at, "indexed %lld of %lld people", &now, &of) != 2)
            continue;
        assert_true(now > before && now < of);
        assert_int_equal(of, PEOPLE);
        before = now;
        told++;
    }
    assert_int_equal(told, PAGES / 3); /* 2 seconds go by between pages, as this clock says, and it is told every 5 */
    said = said_while_opening(&settings);
    assert_int_equal(text_find(said, TEXT("people by their names")), -1); /* there is nothing to do any more */
    start_and_find();
}

static long size_of_log(void)
{
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s/data/proviso.db-wal", home.folder);
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

/* Killed before the end: what was written is in the log of the database, and nobody sees it. */
static void test_of_a_kill(void **state)
{
    (void)state;
    int status;
    make_old();
    pid_t child = fork();
    if (child == 0) {
        struct error error;
        struct at_page at = {LATE, KILL};
        struct gate_settings settings = settings_with(&at);
        (void)open_with(&settings, &error);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_true(size_of_log() > IN_THE_LOG);
    shell("flock -w 20 %s/keyholder true", home.folder); /* its keyholder ends a moment later */
    assert_nothing_there();
    start_and_find();
}

/* Who stops the service does not wait for it. */
static void test_of_a_stop(void **state)
{
    (void)state;
    struct error error;
    make_old();
    for (int page = 1; page < LATE; page += LATE / 2) {
        struct at_page at = {page, STOP};
        struct gate_settings settings = settings_with(&at);
        assert_int_equal(open_with(&settings, &error), ERROR_CONFLICT);
        assert_non_null(strstr(error.what, "told to stop"));
        assert_null(home.gate);
        assert_nothing_there();
    }
    start_and_find();
}

/* A file that may not grow further is a disk that is full. */
static void test_of_a_full_disk(void **state)
{
    (void)state;
    struct error error;
    struct rlimit all, some;
    make_old();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
    some = (struct rlimit){IN_THE_LOG, all.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &some), 0);
    struct gate_settings settings = home_settings(&home);
    int result = open_with(&settings, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
    assert_int_equal(result, ERROR_SYSTEM);
    assert_non_null(strstr(error.what, "The disk is full"));
    assert_non_null(strstr(error.fix, "Free some space where the database lies: to index 3136 people by their names takes about 19 MiB."));
    assert_int_equal(size_of_log(), 0); /* it does not keep what it has taken of the disk */
    assert_nothing_there();
    start_and_find();
}

static void test_of_a_keyholder_that_is_lost(void **state)
{
    (void)state;
    struct error error;
    struct gate_settings settings = home_settings(&home);
    make_old();
    for (int apart = 0; apart < 2; apart++) {
        lost_at = PAGES / 2;
        apart_at = apart ? lost_at - 10 : 0; /* the loss then comes while they are opened one by one */
        assert_int_equal(open_with(&settings, &error), ERROR_SYSTEM);
        assert_string_equal(error.what, "it does not answer");
        assert_nothing_there();
    }
    apart_at = PAGES / 2;
    start_and_find();
    assert_int_equal(apart_at, 0);
}

/* ---- */

static int make(void **state)
{
    *state = &home;
    struct error error;
    home_make(&home);
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    must(writer_do(home.gate, put_people, arena, false, &error), &error, "people");
    gate_close(&home.gate);
    return 0;
}

/* A test that failed keeps no home from the next. */
static int leave(void **state)
{
    (void)state;
    lost_at = apart_at = 0;
    gate_close(&home.gate);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_of_progress, leave), cmocka_unit_test_teardown(test_of_a_kill, leave),
        cmocka_unit_test_teardown(test_of_a_stop, leave), cmocka_unit_test_teardown(test_of_a_full_disk, leave),
        cmocka_unit_test_teardown(test_of_a_keyholder_that_is_lost, leave),
    };
    return cmocka_run_group_tests(tests, make, home_end);
}
