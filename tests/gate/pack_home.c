#include "pack_home.h"

#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static _Atomic int64_t set_at; /* 0: the real time */

static int64_t now(void)
{
    int64_t at = atomic_load(&set_at);
    return at ? at : clock_now();
}

void pack_clock_set(const char *instant)
{
    int64_t at = 0;
    if (instant)
        assert_true(instant_parse(text_of(instant), &at));
    atomic_store(&set_at, at);
}

void pack_home_make(struct pack_home *home, const char *database)
{
    setenv("TZ", "Europe/London", 1);
    tzset();
    pack_clock_set(NULL);
    snprintf(home->packs, sizeof home->packs, "/tmp/proviso-packs-XXXXXX");
    assert_non_null(mkdtemp(home->packs));
    shell("cp -r packs/. %s", home->packs);
    home->home = (struct test_home){.database = database, .packs = home->packs, .clock = now};
    home_make(&home->home);
    home->principal = home_hire(&home->home, &home->home.school, "principal", "manager");
    home->boss = home_hire(&home->home, &home->home.social_care, "boss", "manager");
    home->gov = home_hire(&home->home, &home->home.social_care, "gov", "governance");
}

void pack_home_drop(struct pack_home *home)
{
    home_drop(&home->home);
    shell("rm -rf %s", home->packs);
    pack_clock_set(NULL);
}

void pack_folder_edit(struct pack_home *home, const char *pack, const char *version)
{
    shell("sed -i 's/\"version\": \"[^\"]*\"/\"version\": \"%s\"/' %s/%s/pack.json", version, home->packs, pack);
}

struct date pack_day(int days)
{
    time_t seconds = (time_t)(now() / CLOCK_SECOND);
    struct tm local;
    localtime_r(&seconds, &local);
    struct date today = {local.tm_year + 1900, local.tm_mon + 1, local.tm_mday};
    return date_from_days(date_to_days(today) + days);
}

int pack_propose_as(struct pack_home *home, const char *login, const char *pack, struct date from, struct id *adoption,
                    struct error *error)
{
    struct pack_propose in = {
        .pack = text_of(pack), .from = from, .reasons = TEXT("The law has changed, and so has what we do.")};
    struct pack_proposed out = {{""}};
    int result = visit_act_wait(home_visit(&home->home, login), &pack_propose_command, &in, &out, error);
    *adoption = out.adoption_id;
    return result;
}

static struct pack_effect_row look_effect(struct pack_home *home, struct visit *visit, const struct id *adoption)
{
    struct pack_of in = {*adoption};
    struct view_rows rows;
    struct error error;
    (void)home;
    must(visit_look(visit, &pack_effect_view, &in, &rows, &error), &error, "pack.effect");
    assert_int_equal(rows.n, 1);
    return *VISIT_ROW(rows, struct pack_effect_row, 0);
}

struct pack_effect_row pack_effect_wait(struct pack_home *home, const struct id *adoption)
{
    struct visit *visit = home_visit(&home->home, "gov");
    for (int i = 0; i < 6000; i++) { /* a minute, which only a fault needs */
        struct pack_effect_row row = look_effect(home, visit, adoption);
        if (text_equal(row.state, TEXT("done")))
            return row;
        if (text_equal(row.state, TEXT("failed")))
            fail_msg("what it would change could not be worked out");
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    fail_msg("what it would change was not worked out in a minute");
    return (struct pack_effect_row){0};
}

int pack_approve_as(struct pack_home *home, const char *login, const struct id *adoption, struct error *error)
{
    struct pack_of in = {*adoption};
    struct pack_settled out;
    return visit_act_wait(home_visit(&home->home, login), &pack_approve_command, &in, &out, error);
}

struct pack_row pack_row_of(struct pack_home *home, const char *login, const struct id *adoption)
{
    struct pack_list in = {{0, 0, 0}};
    struct view_rows rows;
    struct error error;
    must(visit_look(home_visit(&home->home, login), &pack_list_view, &in, &rows, &error), &error, "pack.list");
    for (size_t i = 0; i < rows.n; i++)
        if (id_equal(&VISIT_ROW(rows, struct pack_row, i)->adoption_id, adoption))
            return *VISIT_ROW(rows, struct pack_row, i);
    fail_msg("an adoption is not in the list");
    return (struct pack_row){0};
}

struct pack_row pack_row_on(struct pack_home *home, struct date day)
{
    struct pack_list in = {day};
    struct view_rows rows;
    struct error error;
    must(visit_look(home_visit(&home->home, "teacher"), &pack_list_view, &in, &rows, &error), &error, "pack.list");
    assert_true(rows.n <= 1);
    return rows.n ? *VISIT_ROW(rows, struct pack_row, 0) : (struct pack_row){0};
}

size_t pack_notices(struct pack_home *home, const char *login, const char *kind, struct text *words)
{
    struct nothing in = {0};
    struct view_rows rows;
    struct error error;
    size_t n = 0;
    must(visit_look(home_visit(&home->home, login), &notice_list_view, &in, &rows, &error), &error, "notice.list");
    for (size_t i = 0; i < rows.n; i++) {
        const struct notice_row *row = VISIT_ROW(rows, struct notice_row, i);
        if (!text_equal(row->kind, text_of(kind)))
            continue;
        if (n++ == 0 && words)
            *words = row->words;
    }
    return n;
}

struct text pack_now(struct pack_home *home)
{
    return policy_pack_info(gate_pack(home->home.gate))->id;
}
