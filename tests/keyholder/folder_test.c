/* What the keyholder keeps in its folder: trees, keys and the name, through torn writes, damage and starts cut short. */
#include "office.h"

#include "block.h"
#include "epoch.h"
#include "identity.h"
#include "new_log.h"
#include "tree.h"

#include <fcntl.h>
#include <sodium.h>

static void what_was_signed_is_remembered(void **state)
{
    struct office office;
    struct error error;
    for (size_t round = 0; round < 20; round++) {
        open_office(&office, *state);
        ask(&office, MESSAGE_HELLO, 0);
        assert_int_equal(office.reply.description.description.signed_tree.size, round * 3);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(sign(&office, log_growth(round * 3 + i, round * 3 + i + 1, 0)), 0);
            if (i == round % 4)
                assert_int_equal(keyholder_desk_settle(office.desk, &error), 0);
        }
        assert_int_equal(sign(&office, log_growth(0, 2, 1)), ERROR_CHECK);
        close_office(&office);
    }
}

/* Whatever a power cut does to the block being written, the other one is whole and not newer than a sync. */
static void a_torn_write_leaves_the_older_tree(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct error error;
    char path[100];
    snprintf(path, sizeof path, "%s/tree", place->home);
    open_office(&office, place);
    ask(&office, MESSAGE_HELLO, 0);
    assert_int_equal(sign(&office, log_growth(0, 5, 0)), 0);
    assert_int_equal(keyholder_desk_settle(office.desk, &error), 0);
    uint8_t synced[2][4096], after[2][4096];
    FILE *f = fopen(path, "rb");
    assert_int_equal(fread(synced, 1, sizeof synced, f), sizeof synced);
    fclose(f);
    assert_int_equal(sign(&office, log_growth(5, 6, 0)), 0);
    assert_int_equal(sign(&office, log_growth(6, 9, 0)), 0);
    close_office(&office);
    f = fopen(path, "rb");
    assert_int_equal(fread(after, 1, sizeof after, f), sizeof after);
    fclose(f);
    /* Only one of the two was touched. */
    size_t touched = memcmp(synced[0], after[0], 4096) != 0 ? 0 : 1;
    assert_memory_equal(synced[1 - touched], after[1 - touched], 4096);
    for (size_t torn = 0; torn < 96; torn += 8) {
        f = fopen(path, "r+b");
        uint8_t bytes[96];
        memset(bytes, 0xee, sizeof bytes);
        memcpy(bytes, after[touched], torn);
        fseek(f, (long)touched * 4096, SEEK_SET);
        fwrite(bytes, 1, sizeof bytes, f);
        fclose(f);
        open_office(&office, place);
        ask(&office, MESSAGE_HELLO, 0);
        assert_int_equal(office.reply.description.description.signed_tree.size, 5);
        close_office(&office);
    }
    /* It then accepts what grew from the older tree, and nothing else. */
    open_office(&office, place);
    ask(&office, MESSAGE_HELLO, 0);
    assert_int_equal(sign(&office, log_growth(5, 9, 1)), ERROR_CHECK);
    assert_int_equal(sign(&office, log_growth(5, 9, 0)), 0);
    close_office(&office);
    /* Both torn: it does not start. */
    f = fopen(path, "r+b");
    for (long i = 0; i < 2; i++) {
        fseek(f, i * 4096 + 20, SEEK_SET);
        fwrite("torn", 1, 4, f);
    }
    fclose(f);
    assert_int_equal(keyholder_folder_open(place->home, &office.folder, &error), 0);
    assert_int_equal(keyholder_desk_open(&office.folder, ORIGIN, &office.desk, &error), ERROR_CHECK);
    keyholder_folder_close(&office.folder);
}

static void read_pages(const char *path, uint8_t pages[2][4096])
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(pages, 1, 2 * 4096, f), 2 * 4096);
    fclose(f);
}

/* Also after a start, with and without a sync before it, the block written to is never the one that counts.
 */
static void the_newest_tree_is_never_written_over(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct error error;
    char path[100];
    uint8_t before[2][4096], after[2][4096];
    snprintf(path, sizeof path, "%s/tree", place->home);
    for (size_t size = 0; size < 12; size++) {
        open_office(&office, place);
        read_pages(path, before);
        ask(&office, MESSAGE_HELLO, 0);
        assert_int_equal(office.reply.description.description.signed_tree.size, size);
        assert_int_equal(sign(&office, log_growth(size, size + 1, 0)), 0);
        close_office(&office);
        read_pages(path, after);
        long touched = memcmp(before[0], after[0], 4096) != 0 ? 0 : 1;
        FILE *f = fopen(path, "r+b");
        fseek(f, touched * 4096, SEEK_SET);
        fwrite("torn", 1, 4, f);
        fclose(f);
        open_office(&office, place);
        ask(&office, MESSAGE_HELLO, 0);
        assert_int_equal(office.reply.description.description.signed_tree.size, size);
        assert_int_equal(sign(&office, log_growth(size, size + 1, 0)), 0);
        if (size % 3 == 0)
            assert_int_equal(keyholder_desk_settle(office.desk, &error), 0);
        close_office(&office);
    }
}

static void a_retirement_that_was_cut_short_is_finished(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct stat status;
    char from[100], to[100];
    open_office(&office, place);
    ask(&office, MESSAGE_HELLO, 0);
    ask(&office, MESSAGE_TURN, 0);
    close_office(&office);
    snprintf(from, sizeof from, "%s/epoch-1", place->home);
    snprintf(to, sizeof to, "%s/retired-1", place->home);
    assert_int_equal(rename(from, to), 0);
    snprintf(from, sizeof from, "%s/epoch-3.new", place->home);
    FILE *f = fopen(from, "wb");
    fclose(f);
    open_office(&office, place);
    ask(&office, MESSAGE_HELLO, 0);
    assert_int_equal(office.reply.description.description.oldest_epoch, 2);
    assert_int_not_equal(stat(to, &status), 0);
    assert_int_not_equal(stat(from, &status), 0);
    close_office(&office);
}

static int open_fails(const struct place *place, const char *origin, struct error *error)
{
    struct keyholder_folder folder;
    struct keyholder_desk *desk = NULL;
    int result = keyholder_folder_open(place->home, &folder, error);
    if (result == 0)
        result = keyholder_desk_open(&folder, origin, &desk, error);
    keyholder_desk_close(&desk);
    keyholder_folder_close(&folder);
    return result;
}

static void write_bytes(const char *path, const uint8_t *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void damage_is_noticed(void **state)
{
    const struct place *place = *state;
    static const char *const names[] = {"identity", "epoch-1", "tree"};
    struct office office;
    struct error error;
    open_office(&office, place);
    close_office(&office);
    for (size_t i = 0; i < 3; i++) {
        char path[100];
        uint8_t good[8192], bad[8192];
        snprintf(path, sizeof path, "%s/%s", place->home, names[i]);
        FILE *f = fopen(path, "rb");
        size_t n = fread(good, 1, sizeof good, f);
        fclose(f);
        /* A flipped bit in the first bytes, which all mean something. */
        for (size_t at = 0; at < 80; at += 3) {
            memcpy(bad, good, n);
            bad[at] ^= 4;
            write_bytes(path, bad, n);
            assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
            assert_non_null(strstr(error.where, names[i]));
        }
        /* Cut short, or longer. */
        write_bytes(path, good, n - 1);
        assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
        assert_int_equal(truncate(path, (off_t)n + 1), 0);
        assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
        write_bytes(path, good, n);
        assert_int_equal(open_fails(place, ORIGIN, &error), 0);
    }
}

/* A key under another number would be taken for the one of that epoch. */
static void a_key_under_another_name_is_noticed(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct error error;
    char one[100], two[100], three[100];
    snprintf(one, sizeof one, "%s/epoch-1", place->home);
    snprintf(two, sizeof two, "%s/epoch-2", place->home);
    snprintf(three, sizeof three, "%s/epoch-3", place->home);
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(ask(&office, MESSAGE_TURN, 0), 0);
    close_office(&office);
    assert_int_equal(rename(two, three), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
    assert_int_equal(unlink(three), 0);
    char command[220];
    snprintf(command, sizeof command, "cp -p %s %s", one, two);
    assert_int_equal(system(command), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
    assert_int_equal(unlink(two), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), 0);
}

static int retire(struct office *office, uint32_t epoch)
{
    office->request.epoch.epoch = epoch;
    return ask(office, MESSAGE_RETIRE, 0);
}

/* A key that was put back beside those that came after it; and what was retired long ago may be retired again. */
static void epochs_follow_each_other(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct error error;
    char one[100], two[100], command[220];
    snprintf(one, sizeof one, "%s/epoch-1", place->home);
    snprintf(two, sizeof two, "%s/epoch-2", place->home);
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    snprintf(command, sizeof command, "cp -p %s %s/aside", one, place->base);
    assert_int_equal(system(command), 0);
    assert_int_equal(ask(&office, MESSAGE_TURN, 0), 0);
    assert_int_equal(retire(&office, 1), 0);
    assert_int_equal(ask(&office, MESSAGE_TURN, 0), 0);
    assert_int_equal(retire(&office, 1), 0);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(office.reply.description.description.oldest_epoch, 2);
    close_office(&office);
    snprintf(command, sizeof command, "cp -p %s/aside %s", place->base, one);
    assert_int_equal(system(command), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
    assert_int_equal(unlink(two), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
    assert_int_equal(unlink(one), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), 0);
}

/* Nothing new is made in the place of what is missing, once the keys are in use. */
static void what_is_lost_is_noticed(void **state)
{
    const struct place *place = *state;
    static const char *const names[] = {"identity", "epoch-1", "tree"};
    struct office office;
    struct error error;
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(sign(&office, log_growth(0, 1, 0)), 0);
    close_office(&office);
    for (size_t i = 0; i < 3; i++) {
        char path[100], aside[100];
        snprintf(path, sizeof path, "%s/%s", place->home, names[i]);
        snprintf(aside, sizeof aside, "%s/aside", place->base);
        assert_int_equal(rename(path, aside), 0);
        assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
        assert_int_not_equal(access(path, F_OK), 0);
        assert_int_equal(rename(aside, path), 0);
        assert_int_equal(open_fails(place, ORIGIN, &error), 0);
    }
}

static void check_wraps_still(const struct place *place, const struct wrapped_key *wrapped)
{
    struct office office;
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    office.request.wrapped.wrapped[0] = *wrapped;
    assert_int_equal(ask(&office, MESSAGE_UNWRAP, 1), 0);
    assert_int_equal(office.reply.plain.verdict[0], WRAPPED_GOOD);
    close_office(&office);
}

/* A first start that was cut short is gone on with; nothing that is there is made anew. */
static void a_first_start_cut_short_is_finished(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct error error;
    char identity[100], epoch[100], tree[100], other[100];
    snprintf(identity, sizeof identity, "%s/identity", place->home);
    snprintf(epoch, sizeof epoch, "%s/epoch-1", place->home);
    snprintf(tree, sizeof tree, "%s/tree", place->home);
    snprintf(other, sizeof other, "%s/epoch-2", place->home);
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(ask(&office, MESSAGE_KEYS, 1), 0);
    struct wrapped_key wrapped = office.reply.keys.key[0].wrapped;
    close_office(&office);
    assert_int_equal(unlink(identity), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), 0);
    check_wraps_still(place, &wrapped);
    assert_int_equal(unlink(identity), 0);
    assert_int_equal(unlink(epoch), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), 0);
    assert_int_equal(access(epoch, F_OK), 0);
    /* a later epoch shows that they were in use; so does a tree that is gone */
    assert_int_equal(unlink(identity), 0);
    write_bytes(other, (const uint8_t[]){1}, 1);
    assert_int_equal(chmod(other, 0600), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(unlink(tree), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_CHECK);
    assert_non_null(strstr(error.what, "incomplete"));
}

static void a_folder_open_to_others_is_refused(void **state)
{
    const struct place *place = *state;
    static const char *const names[] = {"", "/identity", "/epoch-1", "/tree"};
    static const mode_t wide[] = {S_IRGRP, S_IWGRP, S_IXGRP, S_IROTH, S_IWOTH, S_IXOTH};
    struct error error;
    struct office office;
    struct stat status;
    open_office(&office, place);
    close_office(&office);
    for (size_t i = 0; i < 4; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s%s", place->home, names[i]);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, i == 0 ? 0700 : 0600);
        for (size_t j = 0; j < 6; j++) {
            assert_int_equal(chmod(path, status.st_mode | wide[j]), 0);
            assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_INVALID);
            assert_non_null(strstr(error.fix, "chmod"));
        }
        assert_int_equal(chmod(path, status.st_mode), 0);
        assert_int_equal(open_fails(place, ORIGIN, &error), 0);
    }
    /* A link in the place of a file, and a second name for it. */
    char path[100], aside[100];
    snprintf(path, sizeof path, "%s/identity", place->home);
    snprintf(aside, sizeof aside, "%s/aside", place->base);
    assert_int_equal(link(path, aside), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_INVALID);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(aside, path), 0);
    assert_true(open_fails(place, ORIGIN, &error) < 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_INVALID);
}

/* A link where a key is about to be written does not lead the key out of the folder. */
static void a_new_key_stays_in_the_folder(void **state)
{
    const struct place *place = *state;
    struct office office;
    char fresh[100], aside[100];
    snprintf(fresh, sizeof fresh, "%s/epoch-2.new", place->home);
    snprintf(aside, sizeof aside, "%s/aside", place->base);
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(symlink(aside, fresh), 0);
    assert_true(ask(&office, MESSAGE_TURN, 0) < 0);
    assert_int_not_equal(access(aside, F_OK), 0);
    assert_int_equal(unlink(fresh), 0);
    assert_int_equal(ask(&office, MESSAGE_TURN, 0), 0);
    assert_int_equal(office.reply.epoch.epoch, 2);
    close_office(&office);
}

/* No slip of the program destroys a key that is in use; and whoever only looks changes nothing. */
static void what_is_in_use_is_not_destroyed(void **state)
{
    const struct place *place = *state;
    static const char *const names[] = {"identity", "epoch-1", "tree"};
    struct keyholder_folder folder;
    struct error error;
    assert_int_equal(open_fails(place, ORIGIN, &error), 0);
    assert_int_equal(keyholder_folder_open(place->home, &folder, &error), 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(keyholder_folder_destroy(&folder, names[i], &error), ERROR_INVALID);
    assert_int_equal(keyholder_folder_write(&folder, "retired-9", "gone", 4, &error), 0);
    keyholder_folder_close(&folder);

    assert_int_equal(keyholder_folder_look(place->home, &folder, &error), 0);
    assert_int_equal(keyholder_folder_destroy(&folder, "retired-9", &error), ERROR_FORBIDDEN);
    assert_int_equal(keyholder_folder_rename(&folder, "epoch-1", "retired-1", &error), ERROR_FORBIDDEN);
    assert_int_equal(keyholder_folder_write(&folder, "epoch-1", "other", 5, &error), ERROR_FORBIDDEN);
    keyholder_folder_close(&folder);

    assert_int_equal(keyholder_folder_open(place->home, &folder, &error), 0);
    assert_int_equal(keyholder_folder_destroy(&folder, "retired-9", &error), 0);
    keyholder_folder_close(&folder);
    assert_int_equal(open_fails(place, ORIGIN, &error), 0);
}

static void the_name_of_a_log_stays(void **state)
{
    const struct place *place = *state;
    struct error error;
    assert_int_equal(open_fails(place, NULL, &error), ERROR_INVALID);
    static const char *const wrong[] = {"", "two words", "plus+sign", "line\n", "caf\xc3\xa9"};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(open_fails(place, wrong[i], &error), ERROR_INVALID);
    char longest[258];
    memset(longest, 'a', sizeof longest);
    longest[256] = '\0';
    assert_int_equal(open_fails(place, longest, &error), ERROR_INVALID);
    longest[255] = '\0';
    assert_int_equal(open_fails(place, longest, &error), 0);
    assert_int_equal(open_fails(place, NULL, &error), 0);
    assert_int_equal(open_fails(place, ORIGIN, &error), ERROR_INVALID);
}

/* Cut short, it has not begun to forget what the old key has signed: that key would sign another history. */
static void a_new_log_begins_with_its_name(void **state)
{
    const struct place *place = *state;
    struct office office;
    struct error error;
    char fresh[100];
    snprintf(fresh, sizeof fresh, "%s/identity.new", place->home);
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(sign(&office, log_growth(0, 3, 0)), 0);
    close_office(&office);
    assert_int_equal(mkdir(fresh, 0700), 0); /* no file can be made there */
    assert_true(keyholder_new_log(place->home, ORIGIN "-2", &error) < 0);
    assert_int_equal(rmdir(fresh), 0);
    open_office(&office, place);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(office.reply.description.description.signed_tree.size, 3);
    close_office(&office);
    assert_int_equal(keyholder_new_log(place->home, ORIGIN "-2", &error), 0);
    assert_int_equal(open_fails(place, ORIGIN "-2", &error), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(what_was_signed_is_remembered),
        IN_A_PLACE(a_torn_write_leaves_the_older_tree),
        IN_A_PLACE(the_newest_tree_is_never_written_over),
        IN_A_PLACE(a_retirement_that_was_cut_short_is_finished),
        IN_A_PLACE(damage_is_noticed),
        IN_A_PLACE(a_key_under_another_name_is_noticed), IN_A_PLACE(what_is_lost_is_noticed),
        IN_A_PLACE(a_first_start_cut_short_is_finished),
        IN_A_PLACE(epochs_follow_each_other),
        IN_A_PLACE(a_folder_open_to_others_is_refused),
        IN_A_PLACE(a_new_key_stays_in_the_folder),
        IN_A_PLACE(what_is_in_use_is_not_destroyed),
        IN_A_PLACE(the_name_of_a_log_stays),
        IN_A_PLACE(a_new_log_begins_with_its_name),
    };
    if (sodium_init() < 0)
        return 1;
    umask(077);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
