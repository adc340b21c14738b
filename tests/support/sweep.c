#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/error.h"
#include "sweep.h"

#include <dirent.h>
#include <stdio.h>

enum { PLACES_MOST = 200000 };

static long files_open(void)
{
    long n = 0;
    DIR *list = opendir("/proc/self/fd");
    while (list && readdir(list))
        n++;
    if (list)
        closedir(list);
    return n;
}

static void check_told(const struct sweep *sweep, int code, const struct error *error, const char *place)
{
    char line[800];
    if (sweep->words_may_lack)
        return;
    error_line(error, line, sizeof line);
    if (error->code != code)
        fail_msg("%s: code %d is told as %d (%s)", place, code, error->code, line);
    if (!error->what[0])
        fail_msg("%s: nothing is told", place);
    if (code == ERROR_SYSTEM && !error->fix[0])
        fail_msg("%s: it is not told what to do: %s", place, line);
}

/* One place. False once there are none left. */
static bool try_place(const struct sweep *sweep, void *context, enum fault_kind kind, long nth, bool for_good, bool *failed)
{
    struct error error = {0};
    const char *name;
    char place[200];
    sweep->make(context);
    long files = files_open(), live = fault_live();
    fault_arm(kind, nth, for_good);
    int result = sweep->work(context, &error);
    long struck = fault_disarm(&name);
    snprintf(place, sizeof place, "%s, %s, call %ld%s (%s)", sweep->name, fault_kind_name(kind), nth,
             for_good ? " and all later" : "", name ? name : "none");
    if (getenv("FAULT_TELL")) {
        char line[800];
        error_line(&error, line, sizeof line);
        print_message("%s: %d %s\n", place, result, result ? line : "");
    }
    if (result && !struck)
        fail_msg("%s: nothing was made to fail, but: %s %s", place, error.where, error.what);
    if (result)
        check_told(sweep, result, &error, place);
    if (fault_live() != live)
        fail_msg("%s: %ld allocations are left behind", place, fault_live() - live);
    if (files_open() != files)
        fail_msg("%s: %ld files are left open", place, files_open() - files);
    sweep->check(context, result);
    sweep->clear(context);
    *failed = result != 0;
    return struck > 0;
}

static void sweep_kind(const struct sweep *sweep, void *context, enum fault_kind kind, long every)
{
    long tried = 0, failed = 0, places = 0;
    for (int for_good = 0; for_good < 2; for_good++) {
        bool any = true, one = false;
        for (long nth = 1; any; nth += every, tried++) {
            any = try_place(sweep, context, kind, nth, for_good, &one);
            failed += one;
            places = nth > places ? nth : places;
            if (nth > PLACES_MOST)
                fail_msg("%s, %s: there is no end to it", sweep->name, fault_kind_name(kind));
        }
    }
    if (places == 1)
        fail_msg("%s: it has nothing of the kind: %s", sweep->name, fault_kind_name(kind));
    print_message("%s, %s: %ld places, %ld tries, %ld told as failed\n", sweep->name, fault_kind_name(kind), places - 1,
                  tried, failed);
}

void sweep_run(const struct sweep *sweep, void *context)
{
    const char *wish = getenv("FAULT_EVERY");
    long every = wish && atol(wish) > 0 ? atol(wish) : 1;
    for (int kind = 0; kind < FAULT_KINDS; kind++)
        if (sweep->kinds & 1U << kind)
            sweep_kind(sweep, context, (enum fault_kind)kind, every);
}
