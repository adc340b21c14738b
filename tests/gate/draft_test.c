/* Drafts: whose they are, how many, and what goes with one that goes. (That they expire in time: age_test.c.) */
#include "forget_fixture.h"
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 20 };

static struct id save(struct visit *visit, const struct id *again, const char *said)
{
    struct error error;
    struct draft_saved saved;
    struct draft_save in = {.journey = TEXT("worry"), .content = {arena_format(home.home.arena, "{\"said\":\"%s\"}", said)}};
    if (again)
        in.draft_id = *again;
    must(visit_act_wait(visit, &draft_save_command, &in, &saved, &error), &error, "draft.save");
    return saved.draft_id;
}

static size_t listed(struct visit *visit, struct draft_row *first)
{
    struct error error;
    struct view_rows rows;
    must(visit_look(visit, &draft_list_view, NULL, &rows, &error), &error, "draft.list");
    if (rows.n && first)
        *first = *VISIT_ROW(rows, struct draft_row, 0);
    return rows.n;
}

static int64_t keys(struct raw *raw)
{
    return raw_int(raw, "SELECT count(*) FROM record_key");
}

/* Its author's, and nobody else's; once it is over it is not listed either. */
static void test_whose(void **state)
{
    (void)state;
    struct draft_row row;
    assert_int_equal(listed(home.teacher, NULL), 0);
    struct id draft = save(home.teacher, NULL, "what I saw");
    save(home.other, NULL, "something else");
    assert_int_equal(listed(home.teacher, &row), 1);
    assert_true(id_equal(&row.draft_id, &draft) && text_equal(row.content.json, TEXT("{\"said\":\"what I saw\"}")));
    assert_int_equal(listed(home.other, &row), 1);
    assert_true(text_equal(row.content.json, TEXT("{\"said\":\"something else\"}")));
    assert_int_equal(listed(home.head, NULL), 0);
    forget_clock_add(CLOCK_DAY - CLOCK_SECOND * 60);
    forget_home_sign_in(&home);
    assert_int_equal(listed(home.teacher, NULL), 1);
    forget_clock_add(CLOCK_SECOND * 120);
    forget_home_sign_in(&home);
    assert_int_equal(listed(home.teacher, NULL), 0);
}

/* What is saved again, or dropped, takes the key of what it was with it: no backup's copy opens then. */
static void test_key_goes(void **state)
{
    (void)state;
    struct raw raw = raw_open(&home.home, "proviso");
    struct error error;
    struct draft_dropped dropped;
    struct id draft = save(home.teacher, NULL, "one");
    struct text first = raw_text(&raw, "SELECT key_id FROM draft WHERE id = '%s'", draft.text);
    save(home.teacher, &draft, "two");
    struct text second = raw_text(&raw, "SELECT key_id FROM draft WHERE id = '%s'", draft.text);
    assert_false(text_equal(first, second));
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE id = '%.*s'", TEXT_ARGS(first)), 0);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE id = '%.*s'", TEXT_ARGS(second)), 1);
    struct draft_of of = {draft};
    must(visit_act_wait(home.teacher, &draft_drop_command, &of, &dropped, &error), &error, "draft.drop");
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE id = '%.*s'", TEXT_ARGS(second)), 0);
    raw_close(&raw);
}

/* The oldest go where there are too many, with their keys; those of others stay. */
static void test_too_many(void **state)
{
    (void)state;
    struct raw raw = raw_open(&home.home, "proviso");
    struct draft_row row;
    struct id draft[MOST + 3];
    char said[20];
    struct id others = save(home.other, NULL, "another's");
    size_t before = listed(home.other, NULL);
    for (size_t i = 0; i < MOST + 3; i++) {
        snprintf(said, sizeof said, "number %zu", i);
        draft[i] = save(home.teacher, NULL, said);
        forget_clock_add(CLOCK_SECOND);
    }
    assert_int_equal(listed(home.teacher, &row), MOST);
    assert_true(id_equal(&row.draft_id, &draft[MOST + 2]));
    for (size_t i = 0; i < MOST + 3; i++)
        assert_int_equal(raw_int(&raw, "SELECT count(*) FROM draft d JOIN record_key k ON k.id = d.key_id WHERE d.id = '%s'",
                                 draft[i].text), i >= 3);
    int64_t all = keys(&raw);
    save(home.teacher, NULL, "one more"); /* a key for its entry and one for it; one goes with the oldest */
    assert_int_equal(keys(&raw), all + 1);
    assert_int_equal(listed(home.other, NULL), before);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM draft WHERE id = '%s'", others.text), 1);
    raw_close(&raw);
    forget_verify(&home);
}

int main(void)
{
    log_threshold(LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whose), cmocka_unit_test(test_key_goes),
                                       cmocka_unit_test(test_too_many)};
    return cmocka_run_group_tests(tests, make, drop);
}
