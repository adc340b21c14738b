/* Shares of the epoch key, as the keyholder gives them out: to whom, in what order, and until when an epoch stays. */
#include "agencies.h"
#include "office.h"

#include "escrow/share.h"
#include "escrow/split.h"
#include "new_log.h"

#include "vault/file.h"

#include <sodium.h>

static int ask_about(struct office *office, enum message_kind kind, uint32_t number)
{
    office->request.epoch.epoch = number;
    return ask(office, kind, 0);
}

static void open_with(struct office *office, const struct place *place, const struct keyholder_plan *plan)
{
    struct error error = {0};
    open_office(office, place);
    if (plan && keyholder_desk_escrow(office->desk, plan, &error) != 0)
        fail_msg("%s: %s", error.where, error.what);
    assert_int_equal(ask(office, MESSAGE_HELLO, 0), 0);
}

static uint32_t escrowed_epoch(struct office *office)
{
    assert_int_equal(ask_about(office, MESSAGE_HELLO, 0), 0);
    return office->reply.description.description.escrow_epoch;
}

/* What the agency reads with its key. */
static struct keyholder_share opened(const struct keyholder_sealed_share *sealed, const struct vault_identity *identity)
{
    struct vault_file_opener *opener VAULT_FILE_OPENER_SCOPE = NULL;
    struct keyholder_share share;
    struct error error;
    uint8_t text[KEYHOLDER_SHARE_TEXT];
    struct vault_flow flow = {sealed->file, sealed->size, text, sizeof text};
    assert_int_equal(vault_file_opener_new(identity, 1, &opener, &error), 0);
    while (!vault_file_opener_done(opener))
        if (vault_file_opener_step(opener, &flow, true, &error) != 0)
            fail_msg("%s", error.what);
    struct text t = {(const char *)text, sizeof text - flow.out_left};
    if (keyholder_share_parse(t, "share", &share, &error) != 0)
        fail_msg("%s", error.what);
    return share;
}

static void hand_out(struct office *office, const struct keyholder_plan *plan, struct keyholder_share *share)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        assert_int_equal(ask_about(office, MESSAGE_ESCROW, i + 1), 0);
        assert_string_equal(office->reply.share.share.agency, plan->agency[i].name);
        share[i] = opened(&office->reply.share.share, &agency[i]);
        assert_int_equal(share[i].number, i + 1);
    }
}

static bool join(const struct keyholder_share *share, size_t first, size_t n, uint8_t key[32])
{
    uint8_t number[MANY], *values = malloc(n * KEYHOLDER_SECRET_SIZE), secret[KEYHOLDER_SECRET_SIZE];
    struct error error;
    assert_non_null(values);
    for (size_t i = 0; i < n; i++) {
        number[i] = (uint8_t)share[first + i].number;
        memcpy(values + i * KEYHOLDER_SECRET_SIZE, share[first + i].value, KEYHOLDER_SECRET_SIZE);
    }
    assert_int_equal(keyholder_split_join(number, values, (uint32_t)n, secret, &error), 0);
    free(values);
    return keyholder_share_key(&share[first], secret, key);
}

/* The key itself, from its file. */
static void stored_key(const struct place *place, unsigned epoch, uint8_t key[32])
{
    char path[128];
    snprintf(path, sizeof path, "%s/epoch-%u", place->home, epoch);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 16 + 4, SEEK_SET), 0);
    assert_int_equal(fread(key, 1, 32, f), 32);
    fclose(f);
}

static void so_many_agencies_hold_the_key_and_one_fewer_do_not(void **state)
{
    struct office office;
    struct keyholder_plan *plan = plan_of(3, 5);
    struct keyholder_share share[5];
    uint8_t key[32], true_key[32];
    open_with(&office, *state, plan);
    stored_key(*state, 1, true_key);
    hand_out(&office, plan, share);
    for (size_t first = 0; first < 3; first++) {
        assert_true(join(share, first, 3, key));
        assert_memory_equal(key, true_key, 32);
        assert_false(join(share, first, 2, key));
    }
    /* not one of them is the key, and each can be opened by its agency only */
    for (size_t i = 0; i < 5; i++)
        assert_memory_not_equal(share[i].value, true_key, 32);
    /* shares of two splits of one key do not fit together */
    struct keyholder_share later[5];
    hand_out(&office, plan, later);
    assert_memory_equal(later[0].set, later[4].set, sizeof later[0].set);
    assert_memory_not_equal(later[0].set, share[0].set, sizeof later[0].set);
    assert_true(join(later, 2, 3, key));
    later[0] = share[0];
    assert_false(join(later, 0, 3, key));
    close_office(&office);
    free(plan);
}

static void two_hundred_and_fifty_five_agencies(void **state)
{
    struct office office;
    struct keyholder_plan *plan = plan_of(200, 255);
    struct keyholder_share *share = calloc(MANY, sizeof *share);
    uint8_t key[32], true_key[32];
    assert_non_null(share);
    open_with(&office, *state, plan);
    stored_key(*state, 1, true_key);
    hand_out(&office, plan, share);
    assert_true(join(share, 55, 200, key));
    assert_memory_equal(key, true_key, 32);
    assert_false(join(share, 55, 199, key));
    close_office(&office);
    free(share), free(plan);
}

static void an_epoch_stays_until_the_next_is_escrowed(void **state)
{
    struct office office;
    struct keyholder_plan *plan = plan_of(2, 3), *other = plan_of(3, 3);
    struct keyholder_share share[5];
    open_with(&office, *state, plan);
    assert_int_equal(escrowed_epoch(&office), 0);
    hand_out(&office, plan, share);
    assert_int_equal(escrowed_epoch(&office), 0); /* given out is not yet safe */
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 1), 0);
    assert_int_equal(escrowed_epoch(&office), 1);

    assert_int_equal(ask_about(&office, MESSAGE_TURN, 0), 0);
    assert_int_equal(ask_about(&office, MESSAGE_RETIRE, 1), ERROR_CONFLICT);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 2), ERROR_CONFLICT);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 2), ERROR_CONFLICT); /* out of order */
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 1), 0);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 3), ERROR_CONFLICT);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 2), ERROR_CONFLICT);
    assert_int_equal(ask_about(&office, MESSAGE_RETIRE, 1), ERROR_CONFLICT);
    close_office(&office);

    /* after a crash in the middle: from the beginning */
    open_with(&office, *state, plan);
    assert_int_equal(ask_about(&office, MESSAGE_RETIRE, 1), ERROR_CONFLICT);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 2), ERROR_CONFLICT);
    hand_out(&office, plan, share);
    assert_int_equal(share[0].epoch, 2);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 4), ERROR_MISSING);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 0), ERROR_MISSING);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 1), ERROR_CONFLICT);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 2), 0);
    assert_int_equal(ask_about(&office, MESSAGE_RETIRE, 1), 0);
    close_office(&office);

    /* remembered; and by another plan it is to be done again */
    open_with(&office, *state, plan);
    assert_int_equal(escrowed_epoch(&office), 2);
    close_office(&office);
    open_with(&office, *state, other);
    assert_int_equal(escrowed_epoch(&office), 0);
    close_office(&office);
    open_with(&office, *state, NULL);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 1), ERROR_MISSING);
    assert_int_equal(ask_about(&office, MESSAGE_TURN, 0), 0);
    assert_int_equal(ask_about(&office, MESSAGE_RETIRE, 2), 0);
    close_office(&office);
    free(plan), free(other);
}

/* Shares of two epochs never go out as one making: whoever renews the keys meanwhile begins again. */
static void a_turn_between_shares_begins_them_again(void **state)
{
    struct office office;
    struct keyholder_plan *plan = plan_of(2, 3);
    struct keyholder_share share[3];
    open_with(&office, *state, plan);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 1), 0);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 1), 0); /* the first begins them anew, at any time */
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 2), 0);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 2), ERROR_CONFLICT); /* none goes out twice */
    assert_int_equal(ask_about(&office, MESSAGE_TURN, 0), 0);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROW, 3), ERROR_CONFLICT);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 2), ERROR_CONFLICT);
    hand_out(&office, plan, share);
    assert_int_equal(share[0].epoch, 2);
    close_office(&office);
    free(plan);
}

/* A keyholder begins, as one that is started again, with whatever log its folder is of. */
static int start_again(struct office *office, const struct place *place, const struct keyholder_plan *plan, struct error *error)
{
    *office = (struct office){.folder.fd = -1};
    int result = keyholder_folder_open(place->home, &office->folder, error);
    if (result == 0)
        result = keyholder_desk_open(&office->folder, NULL, &office->desk, error);
    if (result == 0)
        result = keyholder_desk_escrow(office->desk, plan, error);
    return result;
}

/* What could not be noted is not escrowed: the older epoch stays. */
static void what_cannot_be_noted_is_not_escrowed(void **state)
{
    struct office office;
    struct keyholder_plan *plan = plan_of(2, 3);
    struct keyholder_share share[3];
    const struct place *place = *state;
    char path[128];
    open_with(&office, place, plan);
    hand_out(&office, plan, share);
    snprintf(path, sizeof path, "%s/escrow", place->home);
    assert_int_equal(mkdir(path, 0700), 0); /* where the note is to lie */
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 1), ERROR_SYSTEM);
    assert_int_equal(escrowed_epoch(&office), 0);
    assert_int_equal(rmdir(path), 0);
    close_office(&office);
    free(plan);
}

/* What is noted as escrowed is of one plan and one log, and is not believed once it is damaged: the older epoch would go. */
static void what_is_escrowed_is_remembered_for_this_log_only(void **state)
{
    struct office office;
    struct keyholder_plan *plan = plan_of(2, 3);
    struct keyholder_share share[3];
    struct error error = {0};
    const struct place *place = *state;
    char path[128];
    uint8_t block[256];
    open_with(&office, place, plan);
    hand_out(&office, plan, share);
    assert_int_equal(ask_about(&office, MESSAGE_ESCROWED, 1), 0);
    close_office(&office);

    snprintf(path, sizeof path, "%s/escrow", place->home);
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    size_t n = fread(block, 1, sizeof block, f);
    assert_true(n > 0 && n < sizeof block);
    for (size_t i = 0; i < n; i++) {
        block[i] ^= 1;
        rewind(f);
        assert_int_equal(fwrite(block, 1, n, f), n);
        assert_int_equal(fflush(f), 0);
        assert_int_equal(start_again(&office, place, plan, &error), ERROR_CHECK);
        assert_string_equal(error.where, "escrow");
        close_office(&office);
        block[i] ^= 1;
    }
    rewind(f);
    assert_int_equal(fwrite(block, 1, n, f), n);
    fclose(f);

    /* a log begins anew where keys are, and nowhere else */
    char elsewhere[sizeof place->home + 8];
    snprintf(elsewhere, sizeof elsewhere, "%s-no", place->home);
    assert_int_equal(keyholder_new_log(elsewhere, "proviso.example/second", &error), ERROR_INVALID);
    assert_int_equal(access(elsewhere, F_OK), -1);
    assert_int_equal(keyholder_new_log(place->home, "the second log", &error), ERROR_INVALID);

    assert_int_equal(keyholder_new_log(place->home, "proviso.example/second", &error), 0);
    assert_int_equal(start_again(&office, place, plan, &error), 0);
    assert_int_equal(ask(&office, MESSAGE_HELLO, 0), 0);
    assert_int_equal(escrowed_epoch(&office), 0);
    close_office(&office);
    free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(so_many_agencies_hold_the_key_and_one_fewer_do_not),
        IN_A_PLACE(two_hundred_and_fifty_five_agencies),
        IN_A_PLACE(a_turn_between_shares_begins_them_again),
        IN_A_PLACE(what_cannot_be_noted_is_not_escrowed),
        IN_A_PLACE(what_is_escrowed_is_remembered_for_this_log_only),
        IN_A_PLACE(an_epoch_stays_until_the_next_is_escrowed),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, make_agencies, NULL);
}
