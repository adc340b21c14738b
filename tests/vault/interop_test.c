/* Files both ways with the age program, where it is installed. */
#include "run.h"

#include <fcntl.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "base/error.h"
#include "support/wait.h"
#include "vault.h"

static char public[128];
static char plain[200000];
static bool installed;

static int set_up(void **state)
{
    if (run_set_up(state))
        return 1;
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (char)(i * 11 + i / 255);
    put_file("plain", plain, sizeof plain);
    put_file("phrase", "mango tulip acorn\n", 18);
    installed =
        run(NULL, "age", "--version", NULL).code == 0 && run(NULL, "age-keygen", "-o", "key", NULL).code == 0;
    struct run r = run(NULL, "age-keygen", "-y", "key", NULL);
    snprintf(public, sizeof public, "%s", r.out);
    public[strcspn(public, "\n")] = '\0';
    return 0;
}

static bool left_out(const char *what)
{
    if (!installed)
        printf("left out: age is not installed (%s)\n", what);
    return !installed;
}

static void assert_plain(const char *name)
{
    static char got[sizeof plain + 1];
    assert_int_equal(get_file(name, got, sizeof got), sizeof plain);
    assert_memory_equal(got, plain, sizeof plain);
    unlink(name);
}

static void assert_done(struct run r)
{
    if (r.code != 0)
        fail_msg("exit %d: %s", r.code, r.error);
}

static void test_ours_to_age(void **state)
{
    (void)state;
    if (left_out("ours to age"))
        return;
    const char *forms[] = {"--", "-a"};
    for (int i = 0; i < 2; i++) {
        assert_done(run(NULL, RUN_SELF, "seal", "-r", public, "-o", "sealed", forms[i], "plain", NULL));
        assert_done(run(NULL, "age", "-d", "-i", "key", "-o", "opened", "sealed", NULL));
        assert_plain("opened");
        unlink("sealed");
    }
}

static void test_age_to_ours(void **state)
{
    (void)state;
    if (left_out("age to ours"))
        return;
    assert_done(run(NULL, "age-keygen", "-o", "key2", NULL));
    struct run r = run(NULL, "age-keygen", "-y", "key2", NULL);
    r.out[strcspn(r.out, "\n")] = '\0';
    const char *forms[] = {"--", "-a"};
    for (int i = 0; i < 2; i++) {
        assert_done(run(NULL, "age", "-r", r.out, "-r", public, "-o", "sealed", forms[i], "plain", NULL));
        assert_done(run(NULL, RUN_SELF, "open", "-i", "key", "-o", "opened", "sealed", NULL));
        assert_plain("opened");
        assert_done(run(NULL, RUN_SELF, "open", "-i", "key2", "-o", "opened", "sealed", NULL));
        assert_plain("opened");
        unlink("sealed");
    }
    unlink("key2");
}

/* A key that we made is one that age-keygen reads. */
static void test_our_keys(void **state)
{
    (void)state;
    if (left_out("our keys"))
        return;
    struct vault_identity identity;
    struct vault_recipient recipient;
    char secret[VAULT_IDENTITY_LENGTH + 1], own[VAULT_RECIPIENT_LENGTH + 1];
    vault_identity_new(&identity);
    assert_int_equal(vault_identity_recipient(&identity, &recipient, NULL), 0);
    vault_identity_format(&identity, secret);
    vault_recipient_format(&recipient, own);
    put_file("ours", secret, strlen(secret));
    struct run r = run(NULL, "age-keygen", "-y", "ours", NULL);
    assert_int_equal(r.code, 0);
    assert_memory_equal(r.out, own, strlen(own));
    unlink("ours");
}

/* The question is written before the terminal is set to read without echo. */
static void wait_without_echo(int terminal)
{
    struct termios how;
    WAIT_FOR(tcgetattr(terminal, &how) != 0 || !(how.c_lflag & ECHO));
}

/*
 * Runs age at a terminal and answers each of its `prompts` questions with the passphrase. age takes
 * passphrases from a terminal only.
 */
static int age_at_terminal(const char *passphrase, int prompts, const char *a, const char *b, const char *c,
                           const char *d)
{
    int terminal, status;
    fflush(NULL);
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    if (child == 0) {
        execlp("age", "age", a, b, c, d, (char *)NULL);
        _exit(127);
    }
    assert_true(child > 0);
    char said[4096];
    size_t n = 0;
    for (ssize_t got; n < sizeof said - 1 && (got = read(terminal, said + n, sizeof said - 1 - n)) > 0;) {
        n += (size_t)got;
        said[n] = '\0';
        if (prompts > 0 && strstr(said, "assphrase") && strchr(strstr(said, "assphrase"), ':')) {
            wait_without_echo(terminal);
            dprintf(terminal, "%s\r", passphrase);
            prompts--;
            n = 0;
        }
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    close(terminal);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_passphrase_to_age(void **state)
{
    (void)state;
    if (left_out("a passphrase to age"))
        return;
    assert_done(run(NULL, RUN_SELF, "seal", "--passphrase-file", "phrase", "-o", "sealed", "plain", NULL));
    assert_int_equal(age_at_terminal("mango tulip acorn", 1, "-d", "-o", "opened", "sealed"), 0);
    assert_plain("opened");
    assert_int_not_equal(age_at_terminal("mango tulip", 1, "-d", "-o", "opened", "sealed"), 0);
    unlink("sealed");
    unlink("opened");
}

static void test_passphrase_from_age(void **state)
{
    (void)state;
    if (left_out("a passphrase from age"))
        return;
    assert_int_equal(age_at_terminal("mango tulip acorn", 2, "-p", "-o", "sealed", "plain"), 0);
    assert_done(run(NULL, RUN_SELF, "open", "--passphrase-file", "phrase", "-o", "opened", "sealed", NULL));
    assert_plain("opened");
    unlink("sealed");
}

/* A stored payload, with headers made later: age opens each as a file. */
static void test_header_apart(void **state)
{
    (void)state;
    if (left_out("header apart"))
        return;
    static uint8_t payload[sizeof plain + 1000], file[sizeof plain + 2000];
    struct vault_file_key key = vault_file_key_new();
    VAULT_SEALER_SCOPE struct vault_sealer *sealer = NULL;
    assert_int_equal(vault_sealer_new(&key, false, &sealer, NULL), 0);
    struct vault_flow flow = {(const uint8_t *)plain, sizeof plain, payload, sizeof payload};
    assert_int_equal(vault_sealer_step(sealer, &flow, true, NULL), 0);
    assert_true(vault_sealer_done(sealer));
    size_t n = sizeof payload - flow.out_left;
    struct vault_phrase phrase;
    vault_phrase_new(&phrase);
    struct vault_recipient recipients[2] = {{0}, vault_recipient_passphrase(text_of(phrase.secret))};
    assert_int_equal(vault_recipient_parse(text_of(public), &recipients[0], NULL), 0);
    for (int i = 0; i < 2; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
        struct text header;
        assert_int_equal(vault_header_make(arena, &key, &recipients[i], 1, &header, NULL), 0);
        memcpy(file, header.p, header.n);
        memcpy(file + header.n, payload, n);
        put_file("sealed", file, header.n + n);
        if (i == 0)
            assert_done(run(NULL, "age", "-d", "-i", "key", "-o", "opened", "sealed", NULL));
        else
            assert_int_equal(age_at_terminal(phrase.secret, 1, "-d", "-o", "opened", "sealed"), 0);
        assert_plain("opened");
    }
    unlink("sealed");
}

int main(int argc, char **argv)
{
    int code = run_self(argc, argv);
    if (code >= 0)
        return code;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ours_to_age),
        cmocka_unit_test(test_age_to_ours),
        cmocka_unit_test(test_our_keys),
        cmocka_unit_test(test_passphrase_to_age),
        cmocka_unit_test(test_passphrase_from_age),
        cmocka_unit_test(test_header_apart),
    };
    return cmocka_run_group_tests(tests, set_up, run_tear_down);
}
