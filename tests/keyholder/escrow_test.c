/* Shares of the epoch key: the plan that names who keeps them, the splitting, the text of a share, who may be given what. */
#include "office.h"

#include "escrow/plan.h"
#include "escrow/share.h"
#include "escrow/split.h"

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "vault/file.h"

#include <sodium.h>

/* ---- the plan ---- */

enum { MANY = 255 };
static struct vault_identity agency[MANY];
static char recipient[MANY][VAULT_RECIPIENT_LENGTH + 1];

static int make_agencies(void **state)
{
    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        struct vault_recipient point;
        struct error error;
        if (i % 2)
            vault_identity_new_hybrid(&agency[i]);
        else
            vault_identity_new(&agency[i]);
        if (vault_identity_recipient(&agency[i], &point, &error) != 0)
            return -1;
        vault_recipient_format(&point, recipient[i]);
    }
    return 0;
}

/* "needed N" and so many agencies. */
static struct keyholder_plan *plan_of(unsigned needed, unsigned count)
{
    static char text[1 << 19];
    struct keyholder_plan *plan = calloc(1, sizeof *plan);
    struct error error;
    size_t n = (size_t)snprintf(text, sizeof text, "# who keeps the key\n\nneeded %u\n", needed);
    for (unsigned i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "agency %s Agency number %u\n", recipient[i], i + 1);
    if (!plan || keyholder_plan_parse((struct text){text, n}, "plan", plan, &error) != 0)
        fail_msg("%s: %s", error.where, error.what);
    return plan;
}

static void a_plan_names_agencies_and_how_many_are_needed(void **state)
{
    (void)state;
    struct keyholder_plan *plan = plan_of(3, 5), *other = plan_of(2, 5), *same = plan_of(3, 5), *most = plan_of(255, 255);
    assert_int_equal(plan->needed, 3);
    assert_int_equal(plan->count, 5);
    assert_string_equal(plan->agency[4].name, "Agency number 5");
    assert_memory_equal(plan->digest, same->digest, sizeof plan->digest);
    assert_memory_not_equal(plan->digest, other->digest, sizeof plan->digest);
    assert_int_equal(most->count, 255);
    free(plan), free(other), free(same), free(most);
}

static void a_plan_that_is_wrong_is_refused_with_its_line(void **state)
{
    (void)state;
    char one[100], two[100], twice[300], named[300], many[300], low[200];
    snprintf(one, sizeof one, "agency %s Police", recipient[0]);
    snprintf(two, sizeof two, "agency %s Health", recipient[2]);
    snprintf(twice, sizeof twice, "needed 2\n%s\nagency %s Another\n", one, recipient[0]);
    snprintf(named, sizeof named, "needed 2\n%s\nagency %s POLICE\n", one, recipient[2]);
    snprintf(many, sizeof many, "needed 3\n%s\n%s\n", one, two);
    snprintf(low, sizeof low, "needed 1\n%s\n", one);
    const struct {
        const char *text, *place, *what;
    } wrong[] = {
        {"", "plan", "how many"},
        {"needed 2\n", "plan", "only 0"},
        {low, "plan, line 1", "number of agencies"},
        {"needed 256\n", "plan, line 1", "number of agencies"},
        {"needed two\n", "plan, line 1", "number of agencies"},
        {"needed 2\nneeded 2\n", "plan, line 2", "second time"},
        {twice, "plan, line 3", "recipient is there twice"},
        {named, "plan, line 3", "named twice"},
        {many, "plan", "only 2"},
        {"needed 2\nagency Police\n", "plan, line 2", "no age recipient"},
        {"needed 2\nplease\n", "plan, line 2", "neither"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct keyholder_plan plan;
        struct error error = {0};
        assert_int_equal(keyholder_plan_parse(text_of(wrong[i].text), "plan", &plan, &error), ERROR_INPUT);
        assert_string_equal(error.where, wrong[i].place);
        assert_non_null(strstr(error.what, wrong[i].what));
    }
    /* no name, a name too long, a control character in it */
    char line[400];
    const char *names[] = {"", "0123456789012345678901234567890123456789012345678901234567890123", "a\tb", "\xff"};
    for (size_t i = 0; i < 4; i++) {
        struct keyholder_plan plan;
        struct error error = {0};
        snprintf(line, sizeof line, "agency %s %s\n", recipient[0], names[i]);
        assert_int_equal(keyholder_plan_parse(text_of(line), "plan", &plan, &error), ERROR_INPUT);
        assert_non_null(strstr(error.what, "no name"));
    }
}

/* ---- splitting ---- */

static void any_so_many_shares_join_and_fewer_do_not(void **state)
{
    (void)state;
    uint8_t secret[KEYHOLDER_SECRET_SIZE], got[KEYHOLDER_SECRET_SIZE], share[5][KEYHOLDER_SECRET_SIZE];
    struct keyholder_split *split;
    struct error error;
    bytes_random(secret, sizeof secret);
    assert_int_equal(keyholder_split_new(secret, 3, 5, &split, &error), 0);
    for (uint32_t i = 0; i < 5; i++)
        keyholder_split_share(split, i + 1, share[i]);
    keyholder_split_free(&split);
    /* every set of the five */
    for (unsigned set = 1; set < 32; set++) {
        uint8_t number[5], chosen[5 * KEYHOLDER_SECRET_SIZE];
        uint32_t n = 0;
        for (unsigned i = 0; i < 5; i++)
            if (set >> i & 1) {
                number[n] = (uint8_t)(i + 1);
                memcpy(chosen + n++ * KEYHOLDER_SECRET_SIZE, share[i], KEYHOLDER_SECRET_SIZE);
            }
        assert_int_equal(keyholder_split_join(number, chosen, n, got, &error), 0);
        assert_int_equal(memcmp(got, secret, sizeof secret) == 0, n >= 3);
    }
    /* the same secret is split differently every time: nothing of it is drawn from a fixed seed */
    uint8_t again[KEYHOLDER_SECRET_SIZE];
    assert_int_equal(keyholder_split_new(secret, 3, 5, &split, &error), 0);
    keyholder_split_share(split, 1, again);
    keyholder_split_free(&split);
    assert_memory_not_equal(again, share[0], sizeof again);
    assert_int_equal(keyholder_split_new(secret, 1, 5, &split, &error), ERROR_INVALID);
    assert_int_equal(keyholder_split_new(secret, 6, 5, &split, &error), ERROR_INVALID);
    assert_int_equal(keyholder_split_new(secret, 2, 256, &split, &error), ERROR_INVALID);
}

/* ---- the text of a share ---- */

static struct keyholder_share some_share(void)
{
    struct keyholder_share share = {.epoch = 4, .number = 2, .count = 5, .needed = 3};
    snprintf(share.origin, sizeof share.origin, "%s", ORIGIN);
    snprintf(share.agency, sizeof share.agency, "Children's Services");
    bytes_random(share.set, sizeof share.set);
    bytes_random(share.value, sizeof share.value);
    return share;
}

static void a_share_reads_as_it_was_written_and_no_slip_goes_unseen(void **state)
{
    (void)state;
    struct keyholder_share share = some_share(), got;
    struct error error;
    char text[KEYHOLDER_SHARE_TEXT], altered[KEYHOLDER_SHARE_TEXT], windows[2 * KEYHOLDER_SHARE_TEXT];
    size_t n = keyholder_share_write(&share, text), w = 0;
    assert_int_equal(keyholder_share_parse((struct text){text, n}, "share", &got, &error), 0);
    assert_memory_equal(&got, &share, sizeof got);
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n')
            windows[w++] = '\r';
        windows[w++] = text[i];
    }
    assert_int_equal(keyholder_share_parse((struct text){windows, w}, "share", &got, &error), 0);
    assert_memory_equal(&got, &share, sizeof got);
    size_t told = (size_t)(strstr(text, "\n\n") - text);
    for (size_t i = 0; i < told; i++) {
        memcpy(altered, text, n);
        altered[i] = altered[i] == '1' ? '2' : '1';
        int rc = keyholder_share_parse((struct text){altered, n}, "share", &got, &error);
        assert_true(rc == ERROR_INPUT || rc == ERROR_CHECK);
        rc = keyholder_share_parse((struct text){text, i}, "share", &got, &error);
        assert_true(rc == ERROR_INPUT || rc == ERROR_CHECK);
    }
}

/* One agency alone never opens a backup: a whole share that says so, of whatever making, is none. */
static void a_share_that_opens_alone_is_none(void **state)
{
    (void)state;
    static const struct {
        uint32_t number, needed, count;
        int code;
    } rows[] = {{1, 1, 5, ERROR_INPUT}, {1, 0, 5, ERROR_INPUT}, {1, 6, 5, ERROR_INPUT}, {6, 3, 5, ERROR_INPUT}, {5, 2, 5, 0}, {5, 5, 5, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct keyholder_share share = some_share(), got;
        struct error error;
        char text[KEYHOLDER_SHARE_TEXT];
        share.number = rows[i].number;
        share.needed = rows[i].needed;
        share.count = rows[i].count;
        size_t n = keyholder_share_write(&share, text);
        assert_int_equal(keyholder_share_parse((struct text){text, n}, "share", &got, &error), rows[i].code);
    }
}

static void what_is_joined_is_told_from_noise(void **state)
{
    (void)state;
    struct keyholder_share share = some_share();
    uint8_t key[32], secret[KEYHOLDER_SECRET_SIZE], got[32];
    bytes_random(key, sizeof key);
    keyholder_share_secret(&share, key, secret);
    assert_true(keyholder_share_key(&share, secret, got));
    assert_memory_equal(got, key, sizeof key);
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] ^= 1;
        assert_false(keyholder_share_key(&share, secret, got));
        secret[i] ^= 1;
    }
    struct keyholder_share other = share;
    other.epoch = 5;
    assert_false(keyholder_share_key(&other, secret, got));
    other = share;
    other.origin[0] = 'P';
    assert_false(keyholder_share_key(&other, secret, got));
    other = share;
    other.set[0] ^= 1;
    assert_false(keyholder_share_key(&other, secret, got));
    other = share;
    other.needed = 2;
    assert_false(keyholder_share_key(&other, secret, got));
}

/* ---- the keyholder ---- */

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
static struct keyholder_share opened(const struct message_share *sealed, const struct vault_identity *identity)
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
        assert_string_equal(office->reply.share.agency, plan->agency[i].name);
        share[i] = opened(&office->reply.share, &agency[i]);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_names_agencies_and_how_many_are_needed),
        cmocka_unit_test(a_plan_that_is_wrong_is_refused_with_its_line),
        cmocka_unit_test(any_so_many_shares_join_and_fewer_do_not),
        cmocka_unit_test(a_share_reads_as_it_was_written_and_no_slip_goes_unseen),
        cmocka_unit_test(a_share_that_opens_alone_is_none),
        cmocka_unit_test(what_is_joined_is_told_from_noise),
        cmocka_unit_test_setup_teardown(so_many_agencies_hold_the_key_and_one_fewer_do_not, place_make, place_remove),
        cmocka_unit_test_setup_teardown(two_hundred_and_fifty_five_agencies, place_make, place_remove),
        cmocka_unit_test_setup_teardown(an_epoch_stays_until_the_next_is_escrowed, place_make, place_remove),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, make_agencies, NULL);
}
