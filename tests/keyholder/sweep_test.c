/*
 * Whatever the keyholder asks for is refused in turn: secret memory, the files of its folder, syncing. The machine loses its
 * power then: what was answered is on the disk, and what was not synced is gone.
 */
#include "office.h"

#include "support/folder.h"
#include "support/sweep.h"

#include "base/error.h"
#include "base/log.h"

#include "user.h"

#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIGNED = 3 };

struct ground {
    char folder[TEST_FOLDER_SIZE], home[TEST_FOLDER_SIZE + 8];
    bool begun;                  /* hello was answered: the keys are in use from then on */
    uint8_t public_key[32];
    bool signing;                /* since the last sync: one page of the tree is on its way */
    uint64_t size, settled;      /* of the tree that was signed last; that was synced last */
    uint32_t epoch, retired;     /* acknowledged */
    struct data_key key, fresh;  /* given under the first epoch; wrapped anew under the second */
    bool has_key, has_fresh;
};

/* What was answered outlives a power cut from here on. */
static void assert_on_disk(const struct ground *ground)
{
    char first[FAULT_PATH_SIZE];
    if (fault_unsynced(ground->folder, first))
        fail_msg("%s: it was answered before this was synced", first);
    if (fault_unsynced_anywhere())
        fail_msg("a key was overwritten and removed, and what it was may still be on the disk");
}

static int sign_up_to(struct ground *ground, struct office *office, uint64_t size, struct error *error)
{
    int result = 0;
    ground->signing = true;
    while (!result && ground->size < size) {
        office->request.growth.growth = log_growth(ground->size, ground->size + 1, 0);
        result = try_ask(office, MESSAGE_SIGN, 0, error);
        ground->size += result == 0;
    }
    if (result == 0)
        result = keyholder_desk_settle(office->desk, error);
    if (result)
        return result;
    ground->settled = ground->size;
    ground->signing = false;
    assert_on_disk(ground);
    return 0;
}

/* Keys of before are wrapped under the new epoch, and the old one goes. */
static int turn(struct ground *ground, struct office *office, struct error *error)
{
    int result = try_ask(office, MESSAGE_TURN, 0, error);
    if (result)
        return result;
    ground->epoch = office->reply.epoch.epoch;
    assert_on_disk(ground);
    office->request.wrapped.wrapped[0] = ground->key.wrapped;
    result = try_ask(office, MESSAGE_REWRAP, 1, error);
    if (result)
        return result;
    ground->fresh = ground->key;
    ground->fresh.wrapped = office->reply.rewrapped.wrapped[0];
    ground->has_fresh = true;
    office->request.epoch.epoch = ground->epoch - 1;
    result = try_ask(office, MESSAGE_RETIRE, 0, error);
    if (result)
        return result;
    ground->retired = ground->epoch - 1;
    assert_on_disk(ground);
    return 0;
}

static int run_day(struct ground *ground, struct office *office, struct error *error)
{
    int result = try_ask(office, MESSAGE_HELLO, 0, error);
    if (result)
        return result;
    ground->begun = true;
    assert_on_disk(ground);
    memcpy(ground->public_key, office->reply.description.description.public_key, 32);
    result = try_ask(office, MESSAGE_KEYS, 1, error);
    if (result)
        return result;
    ground->key = office->reply.keys.key[0];
    ground->has_key = true;
    result = sign_up_to(ground, office, SIGNED, error);
    if (result == 0)
        result = turn(ground, office, error);
    return result ? result : sign_up_to(ground, office, SIGNED + 2, error);
}

static int work(void *context, struct error *error)
{
    struct ground *ground = context;
    struct office office;
    int result = try_office(&office, ground->home, error);
    if (result == 0)
        result = run_day(ground, &office, error);
    close_office(&office);
    return result;
}

static void good(int rc, const struct error *error)
{
    char line[800];
    error_line(error, line, sizeof line);
    if (rc)
        fail_msg("%s", line);
}

static enum wrapped_verdict unwrap(struct office *office, const struct data_key *key, struct error *error)
{
    office->request.wrapped.wrapped[0] = key->wrapped;
    good(try_ask(office, MESSAGE_UNWRAP, 1, error), error);
    enum wrapped_verdict verdict = (enum wrapped_verdict)office->reply.plain.verdict[0];
    if (verdict == WRAPPED_GOOD)
        assert_memory_equal(office->reply.plain.key[0], key->key, DATA_KEY_SIZE);
    return verdict;
}

/* It starts again, is who it was, has forgotten nothing, and what was told to be destroyed is. */
static void check(void *context, int code)
{
    struct ground *ground = context;
    struct error error = {0};
    struct office office;
    if (code == 0)
        assert_true(ground->size == SIGNED + 2 && ground->retired == 1);
    if (!ground->signing) {
        fault_lose(ground->folder);
        fault_watch();
    }
    good(try_office(&office, ground->home, &error), &error);
    good(try_ask(&office, MESSAGE_HELLO, 0, &error), &error);
    const struct keyholder_description *d = &office.reply.description.description;
    if (ground->begun)
        assert_memory_equal(ground->public_key, d->public_key, 32);
    /* a disk that takes nothing any more may have torn what was not synced yet */
    assert_in_range(d->signed_tree.size, code && fault_for_good() ? ground->settled : ground->size, ground->size + 1);
    ground->size = d->signed_tree.size;
    uint32_t epoch = d->epoch, oldest = d->oldest_epoch;
    assert_true(epoch >= ground->epoch && oldest > ground->retired && epoch - oldest < 2);
    if (ground->has_key && oldest == 1)
        assert_int_equal(unwrap(&office, &ground->key, &error), WRAPPED_GOOD);
    if (ground->has_key && oldest > 1) /* it was retired only after its keys had been wrapped anew */
        assert_true(ground->has_fresh && unwrap(&office, &ground->key, &error) == WRAPPED_UNKNOWN_EPOCH);
    if (ground->has_fresh)
        assert_int_equal(unwrap(&office, &ground->fresh, &error), WRAPPED_GOOD);
    if (epoch != oldest) { /* what was begun can be finished */
        office.request.epoch.epoch = oldest;
        good(try_ask(&office, MESSAGE_RETIRE, 0, &error), &error);
    }
    good(try_ask(&office, MESSAGE_KEYS, 1, &error), &error);
    ground->key = office.reply.keys.key[0];
    good(turn(ground, &office, &error), &error);
    good(sign_up_to(ground, &office, SIGNED + 6, &error), &error);
    close_office(&office);
}

static void make(void *context)
{
    struct ground *ground = context;
    *ground = (struct ground){.size = 0};
    assert_int_equal(0, test_folder_make_light("keyholder-sweep", ground->folder));
    snprintf(ground->home, sizeof ground->home, "%s/keys", ground->folder);
    fault_watch();
}

static void clear(void *context)
{
    struct ground *ground = context;
    assert_int_equal(0, test_folder_remove(ground->folder));
}

static void test_day(void **state)
{
    (void)state;
    struct ground ground;
    const struct sweep sweep = {.name = "keyholder",
                                .kinds = 1U << FAULT_MEMORY | 1U << FAULT_READ | 1U << FAULT_WRITE | 1U << FAULT_FULL |
                                         1U << FAULT_SYNC | 1U << FAULT_NAME,
                                .make = make,
                                .work = work,
                                .check = check,
                                .clear = clear};
    sweep_run(&sweep, &ground);
}

/*
 * A process is killed before it synced what it signed; the next one signs on top of that, in the other page. It must be on
 * the disk by then, or a power cut takes both.
 */
static void test_killed_before_it_synced(void **state)
{
    (void)state;
    struct ground ground;
    struct office office;
    struct error error = {0};
    make(&ground);
    good(try_office(&office, ground.home, &error), &error);
    good(try_ask(&office, MESSAGE_HELLO, 0, &error), &error);
    for (; ground.size < SIGNED; ground.size++) {
        office.request.growth.growth = log_growth(ground.size, ground.size + 1, 0);
        good(try_ask(&office, MESSAGE_SIGN, 0, &error), &error);
    }
    close_office(&office);
    good(try_office(&office, ground.home, &error), &error);
    assert_on_disk(&ground);
    close_office(&office);
    fault_lose(ground.folder);
    good(try_office(&office, ground.home, &error), &error);
    good(try_ask(&office, MESSAGE_HELLO, 0, &error), &error);
    assert_int_equal(office.reply.description.description.signed_tree.size, SIGNED);
    close_office(&office);
    clear(&ground);
}

/* Where it has a user of its own its folder is made for it, and what it then writes there is on the disk only if the folder is. */
static void test_folder_of_its_user(void **state)
{
    (void)state;
    struct ground ground;
    struct error error = {0};
    int status = 1;
    if (geteuid() != 0)
        skip(); /* only root can run it as another user */
    assert_int_equal(0, test_folder_make("keyholder-user", ground.folder));
    snprintf(ground.home, sizeof ground.home, "%s/home", ground.folder);
    pid_t child = fork();
    if (child == 0) {
        fault_watch();
        int result = keyholder_become("nobody", ground.home, &error);
        _exit(result ? 2 : fault_unsynced_anywhere() > 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(access(ground.home, F_OK), 0);
    clear(&ground);
}

int main(void)
{
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    if (sodium_init() < 0)
        return 1;
    fault_libraries();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_day), cmocka_unit_test(test_killed_before_it_synced),
                                       cmocka_unit_test(test_folder_of_its_user)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
