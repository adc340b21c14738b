#include "commands.h"
#include "settings.h"

#include "gate.h"
#include "gate/replay.h"
#include "policy.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* proviso policy replay without a file: every answer on record, by the version that gave it. */

static const char usage[] =
    "proviso policy replay [--as PACK|PACK@VERSION] [--since DAY] [--packs DIR] [--home DIR] [--config FILE]";

struct asked {
    const char *as, *since, *packs, *home, *file;
    bool named; /* a file of answers: policy/command.h has that */
};

static bool read_arguments(int argc, char **argv, struct asked *asked)
{
    for (int i = 2; i < argc; i++) {
        const char **value = strcmp(argv[i], "--as") == 0       ? &asked->as
                             : strcmp(argv[i], "--since") == 0  ? &asked->since
                             : strcmp(argv[i], "--packs") == 0  ? &asked->packs
                             : strcmp(argv[i], "--home") == 0   ? &asked->home
                             : strcmp(argv[i], "--config") == 0 ? &asked->file
                                                                : NULL;
        if (value && i + 1 == argc)
            return false;
        if (value)
            *value = argv[++i];
        else if (argv[i][0] != '-' || argv[i][1] == 0)
            asked->named = true;
        else
            return false;
    }
    return true;
}

/* The first instant of the day where the partnership is. */
static bool read_day(const char *day, int64_t *at)
{
    struct date date;
    if (!date_parse(text_of(day), &date))
        return false;
    struct tm when = {.tm_year = date.year - 1900, .tm_mon = date.month - 1, .tm_mday = date.day, .tm_isdst = -1};
    *at = (int64_t)mktime(&when) * CLOCK_SECOND;
    return true;
}

static void show_difference(void *self, const struct replay_difference *d)
{
    (void)self;
    printf("decision %.*s", TEXT_ARGS(d->decision_id));
    if (d->recipient.n)
        printf(", to %.*s (%.*s)", TEXT_ARGS(d->recipient), TEXT_ARGS(d->kind));
    if (d->was.n || d->now.n) {
        if (text_equal(d->was, d->now))
            printf(": still %.*s, but differs in", TEXT_ARGS(d->now));
        else
            printf(": was %.*s, is %.*s", d->was.n ? (int)d->was.n : 4, d->was.n ? d->was.p : "open",
                   d->now.n ? (int)d->now.n : 4, d->now.n ? d->now.p : "open");
    }
    if (d->what.n)
        printf("%s %.*s", d->recipient.n && !d->was.n && !d->now.n ? ":" : "", TEXT_ARGS(d->what));
    putchar('\n');
}

/* On a terminal a bar that is written over; elsewhere a line for each tenth. */
static void show_progress(void *self, size_t done, size_t of)
{
    int *last = self, now = of ? (int)(done * 10 / of) : 10;
    if (now == *last)
        return;
    *last = now;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r[%.*s%.*s] %zu of %zu%s", now, "##########", 10 - now, "..........", done, of,
                now == 10 ? "\n" : "");
    else
        fprintf(stderr, "%d %% replayed, %zu of %zu decisions\n", now * 10, done, of);
}

/* Kept versions first; then what lies in the folder and may never have been proposed. */
static int find_as(struct gate *gate, const struct settings *settings, const char *name, struct arena *arena,
                   struct policy_pack **own, const struct policy_pack **out, struct error *error)
{
    const char *folder = settings->packs;
    *out = gate_pack_named(gate, text_of(name));
    if (*out)
        return 0;
    if (strchr(name, '@'))
        return error_set(error, ERROR_INPUT, name, "Name a version that the record keeps, as ID@VERSION.",
                         "this version is not kept");
    if (!folder && !policy_packs_folder(arena, &folder))
        return error_set(error, ERROR_INPUT, "packs", "Set PROVISO_PACKS to the folder of packs.", "the packs were not found");
    int result = policy_pack_load(folder, name, own, error);
    *out = *own;
    if (result == ERROR_MISSING)
        error->code = result = ERROR_INPUT;
    return result;
}

static int replay(struct gate *gate, const struct settings *settings, const struct asked *asked, struct arena *arena,
                  struct error *error)
{
    struct policy_pack *own POLICY_PACK_SCOPE = NULL;
    struct replay_settings wanted = {0};
    struct replay_report report;
    int last = -1, result = 0;
    struct replay_listener listener = {&last, show_difference, show_progress};
    if (asked->since && !read_day(asked->since, &wanted.since))
        return error_set(error, ERROR_INPUT, "--since", "Write a day like 2026-09-30.", "\"%s\" is not a day", asked->since);
    if (asked->as)
        result = find_as(gate, settings, asked->as, arena, &own, &wanted.as, error);
    if (!result)
        result = gate_replay(gate, &wanted, &listener, &report, error);
    if (result)
        return result;
    printf("%zu answers of %zu decisions replayed%s%s, %zu %s", report.answers, report.decisions, asked->as ? " as " : "",
           asked->as ? asked->as : "", report.differ, asked->as ? "have another outcome" : "differ");
    if (report.not_kept)
        printf(", %zu are of versions that the record does not keep", report.not_kept);
    putchar('\n');
    if (report.differ && !asked->as)
        return error_set(error, ERROR_CHECK, "", "Keep a copy of the files as they are, run 'proviso ledger verify', and tell the "
                         "governance lead.", "recorded answers do not come out again");
    return 0;
}

int policy_or_replay_command(int argc, char **argv)
{
    struct asked asked = {0};
    if (argc < 2 || strcmp(argv[1], "replay") != 0)
        return policy_show_command(argc, argv);
    bool good = read_arguments(argc, argv, &asked);
    if (asked.named)
        return policy_show_command(argc, argv);
    if (!good)
        return command_usage(argc, argv, usage);
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct settings settings;
    struct error error = {0};
    struct gate *gate = NULL;
    int result = settings_read_home(arena, asked.file, asked.home, &settings, &error);
    if (asked.packs)
        settings.packs = asked.packs;
    struct gate_settings opened = settings_gate(&settings);
    opened.read_only = true;
    if (!result)
        result = gate_open(&opened, &gate, &error);
    if (!result)
        result = replay(gate, &settings, &asked, arena, &error);
    gate_close(&gate);
    return result ? command_fail("policy replay", &error) : 0;
}
