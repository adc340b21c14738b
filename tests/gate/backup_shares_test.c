/* Who can open a backup: shares that are too few, wrong, forged, of another making, log or epoch are refused, and with which words. */
#include "backup_home.h"

#include "escrow/share.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void shares_that_are_too_few_or_wrong_are_refused_with_what_to_do(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], sealed[PATH + 60], key[PATH], altered[PATH];
    backup_make(backup_path(folder, "b"));
    backup_path(to, "new");
    const char *first = backup_open_share(home.folder, 1, 1, "s1"), *second = backup_open_share(home.folder, 1, 2, "s2");
    const char *one[] = {first, NULL}, *twice[] = {first, first, first, NULL}, *none[] = {NULL};
    backup_refused(backup_restoring(folder, to, one), ERROR_CHECK, "shares", "2 shares of epoch 1 are needed; 1 was given");
    backup_refused(backup_restoring(folder, to, twice), ERROR_CHECK, "shares", "2 shares of epoch 1 are needed; 1 was given");
    backup_refused(backup_restoring(folder, to, none), ERROR_INPUT, "--share", "without keys");

    struct text text = backup_content(second);
    char *copy = arena_string(arena, text);
    char *value = strstr(copy, "value ") + 6;
    value[3] = value[3] == 'a' ? 'b' : 'a';
    backup_write(backup_path(altered, "altered"), text_of(copy));
    const char *bad[] = {first, altered, NULL};
    backup_refused(backup_restoring(folder, to, bad), ERROR_CHECK, "altered", "its sum is wrong");
    const char *nonsense[] = {first, plan, NULL};
    backup_refused(backup_restoring(folder, to, nonsense), ERROR_INPUT, "plan", "not a share");
    const char *missing[] = {first, "/nowhere/share", NULL};
    struct error error;
    assert_true(backup_restore(backup_restoring(folder, to, missing), NULL, &error) != 0);
    assert_non_null(strstr(error.where, "/nowhere/share"));

    /* sealed ones: without a key, with another agency's, with its own */
    snprintf(sealed, sizeof sealed, "%s/data/escrow/epoch-1/02-agency-number-2.age", home.folder);
    const char *closed[] = {first, sealed, NULL};
    backup_refused(backup_restoring(folder, to, closed), ERROR_INPUT, "02-agency-number-2.age", "still sealed");
    char written[VAULT_IDENTITY_LENGTH + 1];
    struct gate_restoring restoring = backup_restoring(folder, to, closed);
    const char *identities[] = {backup_path(key, "key")};
    restoring.identity = identities;
    restoring.identities = 1;
    vault_identity_format(&agency[2], written);
    backup_write(key, text_of(written));
    backup_refused(restoring, ERROR_INPUT, "02-agency-number-2.age", "none of the keys");
    vault_identity_format(&agency[1], written);
    backup_write(key, text_of(written));
    char cut[PATH];
    struct text whole = backup_content(sealed);
    backup_write(backup_path(cut, "cut.age"), text_cut(whole, 0, whole.n - 7));
    const char *short_of[] = {first, cut, NULL};
    struct gate_restoring damaged = backup_restoring(folder, to, short_of);
    damaged.identity = identities;
    damaged.identities = 1;
    backup_refused(damaged, ERROR_CHECK, "cut.age", "cut short or altered on the way");
    /* each with its agency's key, of several files */
    char also_sealed[PATH + 60], also_key[PATH];
    snprintf(also_sealed, sizeof also_sealed, "%s/data/escrow/epoch-1/01-agency-number-1.age", home.folder);
    vault_identity_format(&agency[0], written);
    backup_write(backup_path(also_key, "also-key"), text_of(written));
    const char *both[] = {also_sealed, sealed}, *keys[] = {also_key, key};
    restoring.share = both;
    restoring.identity = keys;
    restoring.shares = restoring.identities = 2;
    must(backup_restore(restoring, NULL, &error), &error, "with the agencies' keys");
}

/* As an agency could make one that is whole and still is not what it was given. */
static const char *forged(const char *from, const char *name, bool needs_more)
{
    struct keyholder_share share;
    struct error error;
    char text[KEYHOLDER_SHARE_TEXT], *path = arena_alloc(arena, PATH);
    must(keyholder_share_parse(backup_content(from), from, &share, &error), &error, "keyholder_share_parse");
    if (needs_more)
        share.needed++;
    else
        share.value[0] ^= 1;
    size_t n = keyholder_share_write(&share, text);
    backup_write(backup_path(path, "%s", name), (struct text){text, n});
    return path;
}

static void a_share_that_is_not_genuine_gives_no_key(void **state)
{
    (void)state;
    char folder[PATH], to[PATH];
    backup_make(backup_path(folder, "b"));
    backup_path(to, "new");
    const char *first = backup_open_share(home.folder, 1, 1, "s1"), *second = backup_open_share(home.folder, 1, 2, "s2");
    const char *wrong[] = {first, forged(second, "forged", false), NULL};
    backup_refused(backup_restoring(folder, to, wrong), ERROR_CHECK, "shares", "of the 2 that were given for epoch 1 at least 1 is not genuine");
    const char *worse[] = {first, wrong[1], forged(backup_open_share(home.folder, 1, 3, "s3"), "third", false), NULL};
    backup_refused(backup_restoring(folder, to, worse), ERROR_CHECK, "shares", "of the 3 that were given for epoch 1 at least 2 are not genuine");
    const char *more[] = {first, forged(second, "more", true), NULL};
    backup_refused(backup_restoring(folder, to, more), ERROR_CHECK, "more", "were not made together");
}

/* Whole in itself: as many as are needed, of a key of somebody's own. */
static void make_up_a_key(const char *after, const char *files[2])
{
    struct keyholder_share share;
    struct keyholder_split *split;
    struct error error;
    uint8_t key[32], secret[KEYHOLDER_SECRET_SIZE];
    char text[KEYHOLDER_SHARE_TEXT];
    must(keyholder_share_parse(backup_content(after), after, &share, &error), &error, "keyholder_share_parse");
    bytes_random(key, sizeof key);
    bytes_random(share.set, sizeof share.set);
    keyholder_share_secret(&share, key, secret);
    must(keyholder_split_new(secret, NEEDED, AGENCIES, &split, &error), &error, "keyholder_split_new");
    for (uint32_t i = 0; i < 2; i++) {
        char *path = arena_alloc(arena, PATH);
        share.number = i + 1;
        keyholder_split_share(split, i + 1, share.value);
        size_t n = keyholder_share_write(&share, text);
        backup_write(backup_path(path, "made-up-%u", i + 1), (struct text){text, n});
        files[i] = path;
    }
    keyholder_split_free(&split);
}

static void two_keys_are_no_key(void **state)
{
    (void)state;
    char folder[PATH], to[PATH];
    backup_make(backup_path(folder, "b"));
    backup_path(to, "new");
    const char *good[] = {backup_open_share(home.folder, 1, 1, "s1"), backup_open_share(home.folder, 1, 2, "s2")}, *made_up[2];
    make_up_a_key(good[0], made_up);
    const char *both[] = {made_up[0], good[0], made_up[1], good[1], NULL};
    backup_refused(backup_restoring(folder, to, both), ERROR_CHECK, "s1", "two makings that give different keys");
    /* one alone of another making is only left out */
    const char *one[] = {made_up[0], good[0], good[1], NULL};
    struct error error;
    must(backup_restore(backup_restoring(folder, to, one), NULL, &error), &error, "the other two fit");
}

/* Restores with these, and what the operator is told beside the outcome. */
static struct text restored_in_spite(const char *folder, const char *const *share)
{
    char to[PATH], told[PATH];
    struct error error = {0};
    int before = dup(STDERR_FILENO), file = open(backup_path(told, "told"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(before >= 0 && file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    setenv("PROVISO_LOG", "warning", 1);
    int result = backup_restore(backup_restoring(folder, backup_path(to, "new"), share), NULL, &error);
    unsetenv("PROVISO_LOG");
    dup2(before, STDERR_FILENO);
    close(before);
    close(file);
    must(result, &error, "enough of the shares are good");
    struct gate *gate = backup_open(to);
    home_verify(gate, arena);
    gate_close(&gate);
    shell("rm -rf %s", to);
    return backup_content(told);
}

static void assert_told(struct text told, const char *file, const char *what)
{
    for (struct text rest = told, line; text_next(&rest, '\n', &line);)
        if (text_find(line, TEXT("left out: ")) >= 0 && text_find(line, text_of(file)) >= 0 && text_find(line, text_of(what)) >= 0)
            return;
    fail_msg("it is not told that %s is left out: %s: %.*s", file, what, TEXT_ARGS(told));
}

/* The worst night goes on with those that are good; the others are named. */
static void a_share_that_is_bad_does_not_keep_enough_good_ones_from_opening(void **state)
{
    (void)state;
    char folder[PATH], altered[PATH], cut[PATH];
    backup_make(backup_path(folder, "b"));
    const char *good[] = {backup_open_share(home.folder, 1, 1, "s1"), backup_open_share(home.folder, 1, 2, "s2"),
                          backup_open_share(home.folder, 1, 3, "s3")};
    struct text told = restored_in_spite(folder, (const char *[]){good[0], good[1], good[2], NULL});
    assert_true(text_find(told, TEXT("left out")) < 0);

    for (int bad = 0; bad < 3; bad++) {
        char agency_name[40];
        const char *given[] = {good[0], good[1], good[2], NULL};
        given[bad] = forged(good[bad], "forged", false);
        snprintf(agency_name, sizeof agency_name, "Agency Number %d", bad + 1);
        told = restored_in_spite(folder, given);
        assert_told(told, "forged", "not genuine");
        assert_told(told, "forged", agency_name);
        for (int i = 0; i < 3; i++)
            assert_true(i == bad || text_find(told, text_of(good[i])) < 0);
    }
    /* one that pretends to be another agency's; one that says what it is not; one that was altered, cut short, or is none */
    char *copy = arena_string(arena, backup_content(good[2])), *sum = strstr(copy, "\nsum ") + 5;
    backup_write(backup_path(cut, "cut"), text_cut(text_of(copy), 0, 40));
    sum[0] = sum[0] == 'a' ? 'b' : 'a';
    backup_write(backup_path(altered, "altered"), text_of(copy));
    const char *all[] = {plan, forged(good[1], "made-up", false), forged(good[2], "more", true), altered, cut, "/nowhere/share", good[1], good[0], NULL};
    told = restored_in_spite(folder, all);
    assert_told(told, "made-up", "share 2 of 3");
    assert_told(told, "more", "were not made together");
    assert_told(told, "altered", "Agency Number 3");
    assert_told(told, plan, "not a share");
    assert_told(told, "cut", "not a share");
    assert_told(told, "/nowhere/share", "cannot be read");
    /* without the last the rest are too few: the first that was left out is named, and how many there are */
    all[7] = NULL;
    char to[PATH];
    backup_path(to, "new");
    all[1] = all[2] = plan;
    backup_refused(backup_restoring(folder, to, all), ERROR_INPUT, plan, "Without it there are too few: 2 are needed, 1 is left");
}

static void shares_of_another_making_or_log_are_refused(void **state)
{
    (void)state;
    char folder[PATH], to[PATH], other[PATH];
    struct error error;
    backup_make(backup_path(folder, "b"));
    backup_path(to, "new");
    const char *first = backup_open_share(home.folder, 1, 1, "s1"), *second = backup_open_share(home.folder, 1, 2, "s2");
    /* the next start makes no others: those that the agencies have stay good */
    char shares[PATH + 60];
    snprintf(shares, sizeof shares, "%s/data/escrow", home.folder);
    shell("cp -r %s %s/escrow-before", shares, base);
    home_reopen(&home);
    shell("diff -r %s %s/escrow-before", shares, base);
    /* where it is not known any more that they have them, others are made, of the same plan */
    gate_close(&home.gate);
    shell("rm %s/keyholder/escrow", home.folder);
    home_reopen(&home);
    const char *anew[] = {first, backup_open_share(home.folder, 1, 2, "anew"), NULL};
    backup_refused(backup_restoring(folder, to, anew), ERROR_CHECK, "anew", "were not made together");
    /* the plan changes: at the next start the shares are made anew, also where one was cut short in that */
    backup_plan(3);
    shell("mkdir %s/epoch-1.part %s/epoch-9.part && echo half > %s/epoch-1.part/04-half.age", shares, shares, shares);
    shell("mkdir %s/precious && touch %s/precious/kept && ln -s %s/precious %s/epoch-9.part/link", base, base, base, shares);
    shell("mkdir %s/letter.part && touch %s/letter.part/page", shares, shares);
    home_reopen(&home);
    shell("test \"$(echo $(ls %s))\" = 'epoch-1 letter.part' && test ! -e %s/epoch-1/04-half.age", shares, shares);
    /* what is not the server's stays, also where a link leads to it */
    shell("test -e %s/letter.part/page && test -e %s/precious/kept && ln -s %s/precious %s/epoch-9.part", shares, base, base, shares);
    home_reopen(&home);
    shell("test -e %s/precious/kept && rm %s/epoch-9.part", base, shares);
    const char *fresh = backup_open_share(home.folder, 1, 2, "fresh"), *mixed[] = {first, fresh, NULL};
    backup_refused(backup_restoring(folder, to, mixed), ERROR_CHECK, "fresh", "were not made together");
    const char *good[] = {first, second, NULL};
    must(backup_restore(backup_restoring(folder, to, good), NULL, &error), &error, "shares of before still fit together");

    /* the restored home is another log: its shares do not open the old one's backups */
    struct gate_settings settings = backup_settings(to);
    settings.escrow = plan;
    struct gate *gate;
    must(gate_open(&settings, &gate, &error), &error, "gate_open");
    gate_close(&gate);
    const char *foreign[] = {backup_open_share(to, 1, 1, "foreign"), NULL};
    backup_refused(backup_restoring(folder, backup_path(other, "third"), foreign), ERROR_CHECK, "foreign", "this share is of the log");
}

/* While keys are renewed: something new is sealed under the new epoch, all else lies under the older one. */
static char between[PATH];
static struct backup_report half;

static void back_up_when_turned(void *context, const char *step)
{
    (void)context;
    if (strcmp(step, "turned") != 0 || backup_is_there(between))
        return;
    struct visit *teacher = home_visit(&home, "teacher");
    visit_end(&teacher);
    half = backup_make(between);
    shell("cp -r %s/keyholder %s/half-keys", home.folder, base);
}

static void renew_keys(void)
{
    struct error error;
    must(gate_turn_keys(home.gate, &error), &error, "gate_turn_keys");
}

static void after_the_keys_were_renewed_an_older_backup_stays_closed(void **state)
{
    (void)state;
    char old[PATH], fresh[PATH], to[PATH], keys[PATH];
    struct error error;
    backup_make(backup_path(old, "old"));
    const char *of_one[] = {backup_open_share(home.folder, 1, 1, "one-1"), backup_open_share(home.folder, 1, 2, "one-2"), NULL};
    backup_path(between, "between");
    home.turned = back_up_when_turned;
    home_reopen(&home);
    renew_keys();

    /* what was copied halfway needs the shares of both */
    assert_int_equal(half.manifest.epochs, 2);
    backup_path(to, "new");
    backup_refused(backup_restoring(between, to, of_one), ERROR_CHECK, "shares", "there is no share of epoch 2");
    const char *both[] = {of_one[0], of_one[1], backup_open_share(home.folder, 2, 2, "two-2"), backup_open_share(home.folder, 2, 3, "two-3"),
                          NULL};
    must(backup_restore(backup_restoring(between, to, both), NULL, &error), &error, "both epochs");
    shell("rm -rf %s", to);
    struct gate_restoring restoring = backup_restoring(between, to, NULL);
    restoring.keys = backup_path(keys, "half-keys");
    must(backup_restore(restoring, NULL, &error), &error, "both epochs, of the old folder");
    struct gate *gate = backup_open(to);
    home_verify(gate, arena);
    gate_close(&gate);
    shell("rm -rf %s", to);

    /* the server has forgotten the older epoch, and its shares */
    shell("test ! -e %s/data/escrow/epoch-1 && test -e %s/data/escrow/epoch-2", home.folder, home.folder);
    renew_keys();
    shell("test ! -e %s/data/escrow/epoch-2 && test -e %s/data/escrow/epoch-3", home.folder, home.folder);
    const char *of_three[] = {backup_open_share(home.folder, 3, 1, "three-1"), backup_open_share(home.folder, 3, 2, "three-2"), NULL};
    backup_refused(backup_restoring(old, to, of_three), ERROR_CHECK, "three-1", "this share is of epoch 3; the backup was sealed in epoch 1");
    assert_int_equal(backup_restore(backup_restoring(old, to, of_three), NULL, &error), ERROR_CHECK);
    assert_non_null(strstr(error.fix, "Use a backup from after the keys were renewed"));
    restoring = backup_restoring(old, to, NULL);
    snprintf(keys, sizeof keys, "%s/keyholder", home.folder);
    restoring.keys = keys;
    backup_refused(restoring, ERROR_CHECK, "keyholder", "the key of epoch 1, in which the backup was sealed, is not here any more");
    /* a backup from after it opens, but not with shares that should have been destroyed */
    backup_make(backup_path(fresh, "fresh"));
    backup_refused(backup_restoring(fresh, to, of_one), ERROR_CHECK, "one-1", "this share is of epoch 1");
    assert_int_equal(backup_restore(backup_restoring(fresh, to, of_one), NULL, &error), ERROR_CHECK);
    assert_non_null(strstr(error.fix, "Ask the agency for its newest share"));
    must(backup_restore(backup_restoring(fresh, to, of_three), NULL, &error), &error, "the new backup");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, backup_begin, backup_end)
    const struct CMUnitTest tests[] = {
        TEST(shares_that_are_too_few_or_wrong_are_refused_with_what_to_do),
        TEST(a_share_that_is_not_genuine_gives_no_key),
        TEST(two_keys_are_no_key),
        TEST(a_share_that_is_bad_does_not_keep_enough_good_ones_from_opening),
        TEST(shares_of_another_making_or_log_are_refused),
        TEST(after_the_keys_were_renewed_an_older_backup_stays_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
