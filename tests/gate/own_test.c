#include "home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* A database and the home whose keys belong to it: with another home it is not opened, so that nobody writes past the other. */
static struct test_home home;

static int begin(void **state)
{
    *state = &home;
    home = (struct test_home){.folder = ""};
    home_make(&home);
    return 0;
}

static void work(void)
{
    struct visit *teacher = home_visit(&home, "teacher");
    home_decide(&home, teacher, TEXT("health"));
    visit_end(&teacher);
}

/* The keyholder's folder is kept, or put in the place of the one that is there. */
static void keep(const char *name)
{
    gate_close(&home.gate);
    shell("rm -rf %s/%s && cp -a %s/keyholder %s/%s", home.folder, name, home.folder, home.folder, name);
}

static void put(const char *name)
{
    gate_close(&home.gate);
    shell("rm -rf %s/keyholder && cp -a %s/%s %s/keyholder", home.folder, home.folder, name, home.folder);
}

static void refused(const char *what)
{
    struct error error;
    struct gate *gate = NULL;
    struct gate_settings settings = home_settings(&home);
    gate_close(&home.gate);
    assert_int_equal(gate_open(&settings, &gate, &error), ERROR_CHECK);
    assert_null(gate);
    if (!strstr(error.what, what) || !error.fix[0])
        fail_msg("it says: %s %s", error.what, error.fix);
}

static void keys_of_another_home(void **state)
{
    (void)state;
    keep("own");
    shell("rm -rf %s/keyholder", home.folder); /* a home that is new: it would make keys */
    refused("written with other keys than those of this home");
    put("own");
    home_reopen(&home);
    home_verify(home.gate, home.arena);
}

static void keys_of_before_they_were_renewed(void **state)
{
    (void)state;
    struct error error;
    keep("older");
    home_reopen(&home);
    must(gate_turn_keys(home.gate, &error), &error, "gate_turn_keys");
    keep("newer");
    put("older");
    refused("written with other keys than those of this home");
    put("newer");
    home_reopen(&home);
    work();
    home_verify(home.gate, home.arena);
}

/* As a power cut leaves it while keys are renewed: what came last is under the new epoch, most under the older one still. */
static char snapshot[100];

static void write_and_copy(void *context, const char *step)
{
    (void)context;
    if (strcmp(step, "turned") != 0)
        return;
    for (int i = 0; i < 4; i++)
        work();
    shell("rm -rf %s && mkdir %s && for i in proviso documents; do sqlite3 %s/data/$i.db \".backup %s/$i.db\"; done", snapshot, snapshot,
          home.folder, snapshot);
}

static void keys_of_before_they_were_renewed_by_half(void **state)
{
    (void)state;
    struct error error;
    snprintf(snapshot, sizeof snapshot, "%s/snapshot", home.folder);
    keep("older");
    home.turned = write_and_copy;
    home_reopen(&home);
    must(gate_turn_keys(home.gate, &error), &error, "gate_turn_keys");
    put("older");
    shell("rm %s/data/*.db* && mv %s/* %s/data", home.folder, snapshot, home.folder);
    refused("written with other keys than those of this home");
}

/* A copy of the home took the database over, under a name of its own: the first does not write past it. */
static void another_log_went_on(void **state)
{
    (void)state;
    work();
    keep("first");
    shell("%s keyholder --home %s/keyholder --new-log proviso.example/second 2>/dev/null", home.program, home.folder);
    home_reopen(&home);
    keep("second");
    put("first"); /* nothing was written yet, so nothing is lost to either */
    home_reopen(&home);
    put("second");
    home_reopen(&home);
    work();
    keep("second");
    put("first");
    refused("another home has written to this database since");
    put("second");
    home_reopen(&home);
    work();
    home_verify(home.gate, home.arena);
}

/* Cut off before what was signed first was written down: that is this home still. */
static void a_log_without_its_first_signature_is_no_other_home(void **state)
{
    (void)state;
    work();
    keep("first");
    home_reopen(&home);
    work();
    put("first");
    shell("sqlite3 %s/data/proviso.db \"UPDATE log_head SET note = ''\"", home.folder);
    home_reopen(&home);
    work();
    home_verify(home.gate, home.arena);
}

/* One damaged key is told by the verification; it does not keep everybody out. */
static void a_damaged_key_is_no_other_home(void **state)
{
    (void)state;
    gate_close(&home.gate);
    shell("sqlite3 %s/data/proviso.db \"UPDATE record_key SET wrapped = zeroblob(length(wrapped))"
          " WHERE id = (SELECT max(id) FROM record_key)\"",
          home.folder);
    home_reopen(&home);
    gate_close(&home.gate); /* nor does one that is far too long */
    shell("sqlite3 %s/data/proviso.db 'UPDATE record_key SET wrapped = zeroblob(100000) WHERE id = (SELECT max(id) FROM record_key)'",
          home.folder);
    home_reopen(&home);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, home_end)
    const struct CMUnitTest tests[] = {
        TEST(keys_of_another_home),
        TEST(keys_of_before_they_were_renewed),
        TEST(keys_of_before_they_were_renewed_by_half),
        TEST(another_log_went_on),
        TEST(a_log_without_its_first_signature_is_no_other_home),
        TEST(a_damaged_key_is_no_other_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
