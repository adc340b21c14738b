/* The commands seal and open as processes: results, exit codes, what is left behind, memory. */
#include "run.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/error.h"
#include "vault.h"
#include "length.h"

static char public[2][VAULT_RECIPIENT_LENGTH + 1];
static char plain[300000];

static int set_up(void **state)
{
    if (run_set_up(state))
        return 1;
    for (int i = 0; i < 2; i++) {
        struct vault_identity identity;
        struct vault_recipient recipient;
        char secret[VAULT_IDENTITY_LENGTH + 1], file[256];
        vault_identity_new(&identity);
        if (vault_identity_recipient(&identity, &recipient, NULL))
            return 1;
        vault_recipient_format(&recipient, public[i]);
        vault_identity_format(&identity, secret);
        int n = snprintf(file, sizeof file, "# public key: %s\n%s\n", public[i], secret);
        put_file(i ? "key1" : "key0", file, (size_t)n);
    }
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (char)(i * 7 + i / 251);
    put_file("plain", plain, sizeof plain);
    put_file("phrase", "mango-tulip\nsecond line\n", 24);
    put_file("wrong-phrase", "mango-tulips\r\n", 14);
    return 0;
}

static void assert_plain(const char *name)
{
    static char got[sizeof plain + 1];
    assert_int_equal(get_file(name, got, sizeof got), sizeof plain);
    assert_memory_equal(got, plain, sizeof plain);
}

/* The code, one line on standard error that contains `says`, nothing on standard output. */
static void assert_refused(struct run r, int code, const char *says)
{
    char *newline = strchr(r.error, '\n');
    if (r.code != code || !strstr(r.error, says))
        fail_msg("exit %d, said: %s(wanted %d, \"%s\")", r.code, r.error, code, says);
    assert_true(newline && newline[1] == '\0');
    assert_int_equal(r.out_n, 0);
}

/* A key, its two kinds, and a file for it; one that is there is never replaced. */
static void test_keygen(void **state)
{
    (void)state;
    static const char *const kind[] = {"--", "--x25519"};
    for (int i = 0; i < 2; i++) {
        char key[4096], recipient[VAULT_RECIPIENT_LENGTH + 2];
        struct stat status;
        struct run r = run(NULL, RUN_SELF, "keygen", "-o", "fresh", kind[i], NULL);
        assert_int_equal(r.code, 0);
        assert_true(strncmp(r.out, i ? "age1" : "age1pq1", i ? 4 : 7) == 0);
        snprintf(recipient, sizeof recipient, "%.*s", (int)strcspn(r.out, "\n"), r.out);
        assert_int_equal(strlen(recipient), i ? 62 : VAULT_RECIPIENT_LENGTH);
        assert_int_equal(stat("fresh", &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        assert_int_equal(run(NULL, RUN_SELF, "seal", "-r", recipient, "-o", "sealed", "plain", NULL).code, 0);
        assert_int_equal(run(NULL, RUN_SELF, "open", "-i", "fresh", "-o", "opened", "sealed", NULL).code, 0);
        assert_plain("opened");
        size_t n = get_file("fresh", key, sizeof key);
        r = run(NULL, RUN_SELF, "keygen", "-o", "fresh", NULL);
        assert_refused(r, 2, "there is a file of this name");
        assert_int_equal(get_file("fresh", key, sizeof key), n);
        unlink("fresh"), unlink("sealed"), unlink("opened");
    }
    struct run shown = run(NULL, RUN_SELF, "keygen", NULL);
    assert_int_equal(shown.code, 0);
    assert_non_null(strstr(shown.out, "\nAGE-SECRET-KEY-PQ-1"));
    assert_refused(run(NULL, RUN_SELF, "keygen", "plain", NULL), 2, "no file is read");
}

static void test_both_ways(void **state)
{
    (void)state;
    struct run r =
        run(NULL, RUN_SELF, "seal", "-r", public[0], "--recipient", public[1], "-o", "sealed", "plain", NULL);
    assert_int_equal(r.code, 0);
    assert_string_equal(r.error, "");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            run(NULL, RUN_SELF, "open", "-i", i ? "key1" : "key0", "-o", "opened", "sealed", NULL).code, 0);
        assert_plain("opened");
    }
    struct stat status;
    assert_int_equal(stat("opened", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    /* armor, standard input and output, options joined to their values */
    char joined[100];
    snprintf(joined, sizeof joined, "--recipient=%s", public[0]);
    r = run("plain", RUN_SELF, "seal", joined, "-a", NULL);
    assert_int_equal(r.code, 0);
    assert_memory_equal(r.out, "-----BEGIN AGE ENCRYPTED FILE-----\n", 35);
    assert_int_equal(run("plain", RUN_SELF, "seal", "-a", "-osealed.txt", joined, "-", NULL).code, 0);
    r = run("sealed.txt", RUN_SELF, "open", "-ikey0", NULL);
    assert_int_equal(r.code, 0);
    assert_int_equal(r.out_n, sizeof plain);
    assert_int_equal(
        run("sealed.txt", RUN_SELF, "open", "-i", "key1", "-i", "key0", "-o", "opened", NULL).code, 0);
    assert_plain("opened");
    /* a passphrase: the first line of its file, without its line end */
    assert_int_equal(
        run(NULL, RUN_SELF, "seal", "--passphrase-file", "phrase", "-o", "sealed", "plain", NULL).code, 0);
    assert_int_equal(
        run("phrase", RUN_SELF, "open", "--passphrase-file", "-", "-o", "opened", "sealed", NULL).code, 0);
    assert_plain("opened");
    unlink("opened");
    unlink("sealed");
    unlink("sealed.txt");
}

static void test_wrong_key(void **state)
{
    (void)state;
    assert_int_equal(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "sealed", "plain", NULL).code, 0);
    put_file("opened", "old", 3);
    int files = files_in_folder();
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key1", "-o", "opened", "sealed", NULL), 1,
                   "sealed: header: the file was not sealed for");
    assert_refused(run(NULL, RUN_SELF, "open", "--passphrase-file", "phrase", "-o", "opened", "sealed", NULL),
                   1, "not sealed for any");
    assert_int_equal(
        run(NULL, RUN_SELF, "seal", "--passphrase-file", "phrase", "-o", "sealed", "plain", NULL).code, 0);
    assert_refused(
        run(NULL, RUN_SELF, "open", "--passphrase-file", "wrong-phrase", "-o", "opened", "sealed", NULL), 1,
        "the passphrase is not");
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL), 1,
                   "with a passphrase");
    assert_refused(
        run(NULL, RUN_SELF, "open", "--passphrase-file", "phrase", "--max-work", "14", "sealed", NULL), 2,
        "more work");
    /* what was there is still there, and nothing stands beside it */
    char old[10];
    assert_int_equal(get_file("opened", old, sizeof old), 3);
    assert_memory_equal(old, "old", 3);
    assert_int_equal(files_in_folder(), files);
    unlink("opened");
    unlink("sealed");
}

static void test_broken_file(void **state)
{
    (void)state;
    static char sealed[sizeof plain + 2000];
    assert_int_equal(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "sealed", "plain", NULL).code, 0);
    size_t n = get_file("sealed", sealed, sizeof sealed);
    int files = files_in_folder();
    /* the third chunk is altered */
    size_t header = n - payload_length(sizeof plain);
    sealed[header + 16 + 2 * VAULT_SEALED_CHUNK + 9] ^= 1;
    put_file("sealed", sealed, n);
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL), 1,
                   "the file was altered (chunk 2)");
    assert_int_equal(files_in_folder(), files);
    struct run r = run(NULL, RUN_SELF, "open", "-i", "key0", "sealed", NULL);
    assert_int_equal(r.code, 1);
    assert_int_equal(r.out_n, 2 * VAULT_CHUNK);
    assert_non_null(strstr(r.error, "131072 bytes that were verified have gone out"));
    /* cut short; nothing; the header altered; no age file */
    sealed[header + 16 + 2 * VAULT_SEALED_CHUNK + 9] ^= 1;
    put_file("sealed", sealed, header + 16 + 2 * VAULT_SEALED_CHUNK);
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL), 1, "cut short");
    put_file("sealed", sealed, header / 2);
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL), 2,
                   "header is cut short");
    put_file("sealed", "", 0);
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL), 2, "empty");
    sealed[header - 10] = sealed[header - 10] == 'A' ? 'B' : 'A';
    put_file("sealed", sealed, n);
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL), 1,
                   "header was altered");
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "plain", NULL), 2,
                   "not an age file");
    put_file("sealed", "-----BEGIN AGE ENCRYPTED FILE-----\n?\n", 37);
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL), 2,
                   "armor line 2");
    assert_int_equal(files_in_folder(), files);
    unlink("sealed");
}

static void test_bad_usage(void **state)
{
    (void)state;
    char wrong[sizeof public[0]];
    strcpy(wrong, public[0]);
    wrong[20] = wrong[20] == 'q' ? 'p' : 'q';
    int files = files_in_folder();
    assert_refused(run(NULL, RUN_SELF, "seal", "plain", NULL), 2, "Usage: proviso seal");
    assert_refused(run(NULL, RUN_SELF, "open", "plain", NULL), 2, "Usage: proviso open");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", NULL), 2, "needs a value");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", wrong, "-o", "x", "plain", NULL), 2, "checksum");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "-r", "age1x", "-o", "x", "plain", NULL), 2,
                   "-r number 2");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "--passphrase-file", "phrase", "plain", NULL),
                   2, "beside a key");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "x", "-o", "y", "plain", NULL), 2,
                   "twice");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "-x", NULL), 2, "unknown option");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "--armor=yes", NULL), 2, "takes no value");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "plain", "key0", NULL), 2,
                   "more than one file");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "x", "absent", NULL), 2, "absent");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "x", ".", NULL), 2, "folder");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "absent/x", "plain", NULL), 2,
                   "absent/x");
    assert_refused(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", ".", "plain", NULL), 2,
                   "cannot be written");
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "absent", "plain", NULL), 2, "absent");
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "phrase", "plain", NULL), 2, "phrase line 1");
    assert_refused(run("key0", RUN_SELF, "open", "-i", "-", NULL), 2, "standard input");
    assert_refused(run(NULL, RUN_SELF, "open", "-i", "key0", "--max-work", "0", "plain", NULL), 2,
                   "between 1 and 30");
    put_file("empty", "", 0);
    assert_refused(run(NULL, RUN_SELF, "seal", "--passphrase-file", "empty", "plain", NULL), 2, "empty line");
    unlink("empty");
    assert_int_equal(files_in_folder(), files);
    struct run r = run(NULL, RUN_SELF, "open", "--help", NULL);
    assert_int_equal(r.code, 0);
    assert_non_null(strstr(r.out, "Usage: proviso open -i"));
}

static void test_full_disk(void **state)
{
    (void)state;
    struct run r = run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "/dev/full", "plain", NULL);
    assert_int_equal(r.code, 3);
    assert_non_null(strstr(r.error, "/dev/full"));
}

/* A link stays a link: what it points to is replaced. An output may be the very input. */
static void test_replaces(void **state)
{
    (void)state;
    put_file("target", "old", 3);
    assert_int_equal(symlink("target", "link"), 0);
    assert_int_equal(run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "target", "plain", NULL).code, 0);
    assert_int_equal(run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "link", "link", NULL).code, 0);
    assert_plain("target");
    char to[20] = {0};
    assert_int_equal(readlink("link", to, sizeof to - 1), 6);
    unlink("link");
    unlink("target");
}

/* Killed in the middle, a command leaves nothing, not even under another name. */
static void test_killed(void **state)
{
    (void)state;
    int probe = open(".", O_TMPFILE | O_WRONLY, 0600), ends[2];
    if (probe < 0) {
        printf("left out: this folder cannot hold files without a name\n");
        return;
    }
    close(probe);
    int files = files_in_folder();
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[0], 0);
        close(ends[1]);
        execl(RUN_SELF, RUN_SELF, "seal", "-r", public[0], "-o", "sealed", (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    /* More than the pipe and the command's buffers hold: once it is all taken, some of it was written. */
    for (int i = 0; i < 20; i++)
        assert_int_equal(write(ends[1], plain, sizeof plain), sizeof plain);
    int status;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    close(ends[1]);
    assert_int_equal(files_in_folder(), files);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED false
#endif

static void test_memory(void **state)
{
    (void)state;
    if (SANITIZED) {
        printf("left out: memory means nothing under a sanitizer\n");
        return;
    }
    int fd = open("big", O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0 && ftruncate(fd, 256 << 20) == 0);
    close(fd);
    for (int armor = 0; armor < 2; armor++) {
        struct run seal =
            run(NULL, RUN_SELF, "seal", "-r", public[0], "-o", "sealed", armor ? "-a" : "--", "big", NULL);
        assert_int_equal(seal.code, 0);
        struct run opened = run(NULL, RUN_SELF, "open", "-i", "key0", "-o", "opened", "sealed", NULL);
        assert_int_equal(opened.code, 0);
        struct stat status;
        assert_int_equal(stat("opened", &status), 0);
        assert_int_equal(status.st_size, 256 << 20);
        printf("256 MiB%s: sealed in %ld KiB, opened in %ld KiB of memory\n", armor ? " armored" : "",
               seal.most_memory, opened.most_memory);
        assert_true(seal.most_memory <= 16 << 10);
        assert_true(opened.most_memory <= 16 << 10);
    }
    unlink("big");
    unlink("sealed");
    unlink("opened");
}

int main(int argc, char **argv)
{
    int code = run_self(argc, argv);
    if (code >= 0)
        return code;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keygen),
        cmocka_unit_test(test_both_ways),   cmocka_unit_test(test_wrong_key),
        cmocka_unit_test(test_broken_file), cmocka_unit_test(test_bad_usage),
        cmocka_unit_test(test_full_disk),   cmocka_unit_test(test_replaces),
        cmocka_unit_test(test_killed),      cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, set_up, run_tear_down);
}
