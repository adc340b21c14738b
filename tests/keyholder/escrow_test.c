/* Shares of the epoch key: the plan that names who keeps them, the splitting, the text of a share. */
#include "agencies.h"

#include "escrow/gather.h"
#include "escrow/share.h"
#include "escrow/split.h"

#include "base/bytes.h"
#include "base/error.h"

#include <sodium.h>

/* ---- the plan ---- */

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
    struct error error = {0};
    assert_int_equal(keyholder_plan_parse(plan_text(2, MANY), "plan", most, &error), ERROR_INPUT);
    assert_string_equal(error.where, "plan, line 259");
    assert_non_null(strstr(error.what, "more than 255"));
    free(plan), free(other), free(same), free(most);
}

/* As it is remembered beside the shares: by another build of the program, whatever lay in its memory. */
static void a_plan_is_known_by_what_it_says(void **state)
{
    (void)state;
    char text[7][3000];
    snprintf(text[0], sizeof text[0], "needed 2\nagency %s Police\nagency %s Health\n", recipient[0], recipient[2]);
    snprintf(text[1], sizeof text[1], "# ours\n\nagency %s   Police \n  agency %s Health\nneeded 2", recipient[0], recipient[2]);
    snprintf(text[2], sizeof text[2], "needed 2\nagency %s Police\nagency %s Health!\n", recipient[0], recipient[2]);
    snprintf(text[3], sizeof text[3], "needed 2\nagency %s Police\nagency %s Health\n", recipient[0], recipient[1]);
    snprintf(text[4], sizeof text[4], "needed 2\nagency %s Health\nagency %s Police\n", recipient[2], recipient[0]);
    snprintf(text[5], sizeof text[5], "needed 2\nagency %s Police\nagency %s Health\nagency %s School\n", recipient[0], recipient[2],
             recipient[1]);
    snprintf(text[6], sizeof text[6], "needed 3\nagency %s Police\nagency %s Health\nagency %s School\n", recipient[0], recipient[2],
             recipient[1]);
    struct keyholder_plan *plan = malloc(7 * sizeof *plan);
    assert_non_null(plan);
    for (size_t i = 0; i < 7; i++) {
        struct error error;
        memset(&plan[i], (int)(i * 37), sizeof plan[i]);
        assert_int_equal(keyholder_plan_parse(text_of(text[i]), "plan", &plan[i], &error), 0);
    }
    assert_memory_equal(plan[0].digest, plan[1].digest, sizeof plan->digest);
    for (size_t i = 1; i < 7; i++)
        for (size_t k = i + 1; k < 7; k++)
            assert_memory_not_equal(plan[i].digest, plan[k].digest, sizeof plan->digest);
    free(plan);
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
    static const uint8_t many[256] = {0}, values[256 * KEYHOLDER_SECRET_SIZE] = {0};
    assert_int_equal(keyholder_split_join(many, values, 256, again, &error), ERROR_INVALID);
    assert_int_equal(keyholder_split_join(many, values, 0, again, &error), ERROR_INVALID);
}

/* ---- the text of a share ---- */

static struct keyholder_share some_share(void)
{
    struct keyholder_share share = {.epoch = 4, .number = 2, .count = 5, .needed = 3};
    snprintf(share.origin, sizeof share.origin, "%s", "proviso.example/test");
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
    char *line_end = strstr(text, "\nepoch");
    size_t before = (size_t)(line_end - text);
    memcpy(altered, text, before);
    memcpy(altered + before, "\0x", 2); /* which a string of C would hide */
    memcpy(altered + before + 2, line_end, n - before);
    assert_int_equal(keyholder_share_parse((struct text){altered, n + 2}, "share", &got, &error), ERROR_INPUT);
    size_t told = (size_t)(strstr(text, "\n\n") - text);
    for (size_t i = 0; i < told; i++) {
        memcpy(altered, text, n);
        altered[i] = altered[i] == '1' ? '2' : '1';
        int result = keyholder_share_parse((struct text){altered, n}, "share", &got, &error);
        assert_true(result == ERROR_INPUT || result == ERROR_CHECK);
        result = keyholder_share_parse((struct text){text, i}, "share", &got, &error);
        assert_true(result == ERROR_INPUT || result == ERROR_CHECK);
    }
}

/* A name of a log or an agency that is longer than there is room for is refused before it is copied. */
static void a_share_with_too_long_a_name_is_none(void **state)
{
    (void)state;
    static const char *const words[] = {"\nlog ", "\nagency "};
    const struct keyholder_share share = some_share();
    const size_t room[] = {sizeof share.origin, sizeof share.agency};
    char text[KEYHOLDER_SHARE_TEXT], altered[2 * KEYHOLDER_SHARE_TEXT];
    size_t n = keyholder_share_write(&share, text);
    for (size_t i = 0; i < 2; i++)
        for (size_t length = room[i] - 1; length <= room[i] + 20; length++) {
            struct keyholder_share got;
            struct error error;
            size_t before = (size_t)(strstr(text, words[i]) - text) + strlen(words[i]);
            const char *rest = strchr(text + before, '\n');
            size_t after = n - (size_t)(rest - text);
            assert_true(before + length + after <= sizeof altered);
            memcpy(altered, text, before);
            memset(altered + before, 'n', length);
            memcpy(altered + before + length, rest, after);
            assert_int_equal(keyholder_share_parse((struct text){altered, before + length + after}, "share", &got, &error),
                             length < room[i] ? ERROR_CHECK : ERROR_INPUT);
        }
}

/* One agency alone never opens a backup: a whole share that says so, of whatever making, is none. */
static void a_share_that_opens_alone_is_none(void **state)
{
    (void)state;
    static const struct {
        uint32_t number, needed, count;
        int code;
    } rows[] = {{1, 1, 5, ERROR_INPUT}, {1, 0, 5, ERROR_INPUT}, {1, 6, 5, ERROR_INPUT}, {6, 3, 5, ERROR_INPUT},
                {1, 3, 256, ERROR_INPUT}, {256, 3, 256, ERROR_INPUT}, {255, 255, 255, 0}, {5, 2, 5, 0}, {5, 5, 5, 0}};
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

/* ---- gathering ---- */

/* There is room for two; a backup names no more. */
static void keys_of_one_epoch_or_of_two_are_gathered(void **state)
{
    (void)state;
    static const uint32_t epoch[] = {1, 2, 3};
    static struct keyholder_epochs epochs;
    struct keyholder_restoring restoring = {.log = "a", .epoch = epoch, .keys = "/nowhere/keys"};
    for (restoring.epoch_count = 0; restoring.epoch_count <= 3; restoring.epoch_count++) {
        struct error error = {0};
        bool fits = restoring.epoch_count == 1 || restoring.epoch_count == 2;
        int result = keyholder_gather(&restoring, &epochs, &error);
        assert_int_not_equal(result, 0);
        assert_int_equal(result == ERROR_INPUT && strcmp(error.where, "--epoch") == 0, !fits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_names_agencies_and_how_many_are_needed),
        cmocka_unit_test(a_plan_is_known_by_what_it_says),
        cmocka_unit_test(a_plan_that_is_wrong_is_refused_with_its_line),
        cmocka_unit_test(any_so_many_shares_join_and_fewer_do_not),
        cmocka_unit_test(a_share_reads_as_it_was_written_and_no_slip_goes_unseen),
        cmocka_unit_test(a_share_with_too_long_a_name_is_none),
        cmocka_unit_test(a_share_that_opens_alone_is_none),
        cmocka_unit_test(what_is_joined_is_told_from_noise),
        cmocka_unit_test(keys_of_one_epoch_or_of_two_are_gathered),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, make_agencies, NULL);
}
