/* What becomes of a copy that was damaged since it was made: which run says so, and that it is not the host's doing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base.h"
#include "host.h"
#include "http/http.h"
#include "support/folder.h"
#include "witness.h"

static char folder[TEST_FOLDER_SIZE], copy[100], url[100];
static struct error error;
static struct host host;
static struct http_server *server;
static struct text older;
static _Atomic bool shows_older;
static _Atomic unsigned asked;

static int serve(struct http_request *request, struct error *why)
{
    struct text path = http_param(request, "path"), content = atomic_load(&shows_older) ? older : host.note;
    atomic_fetch_add(&asked, 1);
    int result = text_equal(path, TEXT("checkpoint"))
                     ? 0
                     : ledger_serve(&host.storage, http_arena(request), host.edge.size, path, &content, why);
    return result ? result : http_reply(request, 200, "application/octet-stream", content, why);
}

static const struct http_route routes[] = {{.method = HTTP_GET, .pattern = "/log/{path...}", .handler = serve}};
static const struct http_table table = {routes, 1};
static struct http_site site = {.tables = &table, .tables_n = 1};

static int begin(void **state)
{
    (void)state;
    struct http_settings settings = {.address = "127.0.0.1", .arena_bytes = 64 << 20};
    host_make(&host, "log.example/damaged", 1);
    atomic_store(&shows_older, false);
    if (test_folder_make("mirror-damage", folder) != 0 || http_start(&settings, &site, &server, &error) != 0)
        return -1;
    snprintf(copy, sizeof copy, "%s/copy", folder);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/log", http_port(server));
    return 0;
}

static int end(void **state)
{
    (void)state;
    http_stop(&server);
    host_free(&host);
    return test_folder_remove(folder);
}

static int mirror(struct witness_mirror_report *report)
{
    struct witness_mirror_settings settings = {.url = url, .folder = copy, .log = host.signer.signer.key};
    return witness_mirror_run(&settings, report, &error);
}

static int check(struct ledger_head *head)
{
    return witness_mirror_check(copy, &host.signer.signer.key, NULL, NULL, NULL, head, &error);
}

/* Does this to the copy's file, from byte `at` of it: an 'x' in its place, or the end. False: there is no such file, or it is shorter. */
static bool harm(const char *relative, off_t at, bool cut)
{
    char path[300];
    struct stat status;
    char byte = 0;
    snprintf(path, sizeof path, "%s/%s", copy, relative);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool there = fd >= 0 && fstat(fd, &status) == 0 && at < status.st_size;
    if (there && cut)
        there = ftruncate(fd, at) == 0;
    else if (there)
        there = pread(fd, &byte, 1, at) == 1 && (byte = (char)(byte ^ 1), pwrite(fd, &byte, 1, at) == 1);
    if (fd >= 0)
        close(fd);
    return there;
}

static void must_be_noticed(void)
{
    struct witness_mirror_report report;
    unsigned before = atomic_load(&asked);
    char refused[200];
    struct stat status;
    assert_int_equal(mirror(&report), ERROR_CHECK);
    if (!strstr(error.where, copy) || !strstr(error.what, "damaged") || !strstr(error.fix, "empty"))
        fail_msg("%s: %s. %s", error.where, error.what, error.fix);
    assert_true(atomic_load(&asked) == before); /* before the host is asked: it is not its fault */
    snprintf(refused, sizeof refused, "%s/refused-%llu", copy, (unsigned long long)host.edge.size);
    assert_int_not_equal(stat(refused, &status), 0);
}

static const char *const needed[] = {"tile/entries/258.p/10", "tile/0/258.p/10", "tile/1/001.p/2", "tile/2/000.p/1", "checkpoint"};
enum { NEEDED = sizeof needed / sizeof *needed, CHECKPOINT = NEEDED - 1 };

__attribute__((format(printf, 1, 2))) static void in_shell(const char *format, ...)
{
    char command[500];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    assert_int_equal(system(command), 0);
}

/* What a run goes on from is looked at by every run, whether the log has grown or not. */
static void damage_to_what_is_needed_is_noticed(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    struct ledger_head head;
    host_grow(&host, 65536 + 2 * 256 + 10, "leaf");
    assert_int_equal(mirror(&report), 0);
    for (size_t i = 0; i < NEEDED; i++) {
        size_t done = 0;
        for (off_t at = 0; harm(needed[i], at, false); at += 11, done++) {
            must_be_noticed();
            assert_true(harm(needed[i], at, false)); /* as it was */
        }
        assert_true(done > 2);
    }
    assert_int_equal(mirror(&report), 0);
    assert_true(report.size == host.edge.size && report.tiles == 0);
    host_grow(&host, 3, "leaf");
    for (size_t i = 0; i < NEEDED; i++) {
        in_shell("cp -r %s %s.whole", copy, copy);
        assert_true(harm(needed[i], 9, true));
        must_be_noticed();
        in_shell("rm %s/%s", copy, needed[i]);
        if (i != CHECKPOINT) {
            must_be_noticed();
        } else { /* without it there is no copy, and one begins */
            assert_int_equal(mirror(&report), 0);
            assert_true(report.before == 0 && report.size == host.edge.size);
        }
        in_shell("rm -rf %s && mv %s.whole %s", copy, copy, copy);
    }
    assert_int_equal(mirror(&report), 0);
    assert_int_equal(check(&head), 0);
    assert_true(report.size == host.edge.size && head.size == report.size);
}

/* Further back only the full check looks. Where a run happens on it, it is not the host that lied. */
static void damage_further_back_is_not_the_hosts(void **state)
{
    (void)state;
    struct witness_mirror_report report;
    struct ledger_head head;
    host_grow(&host, 300, "leaf");
    older = host.note;
    host_grow(&host, 400, "leaf");
    assert_int_equal(mirror(&report), 0);
    assert_true(harm("tile/0/001", 32 * 43, false)); /* of the part that was there at 300 */
    assert_int_equal(mirror(&report), 0);
    assert_int_equal(check(&head), ERROR_CHECK);
    if (!strstr(error.where, "tile/0/001") || !strstr(error.what, "damaged") || !strstr(error.fix, "not to blame"))
        fail_msg("%s: %s. %s", error.where, error.what, error.fix);
    atomic_store(&shows_older, true); /* as a cache on the way may */
    assert_int_equal(mirror(&report), ERROR_CHECK);
    assert_non_null(strstr(error.what, "this copy was damaged"));
    in_shell("test ! -e %s/refused-300", copy);
    assert_true(harm("tile/0/001", 32 * 43, false));
    assert_int_equal(mirror(&report), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(damage_to_what_is_needed_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(damage_further_back_is_not_the_hosts, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
