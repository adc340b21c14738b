#include "commands.h"
#include "progress.h"
#include "settings.h"

#include "gate.h"
#include "witness.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "proviso restore FOLDER --home NEW --share FILE [--share FILE]... [-i KEY]...\n"
    "       proviso restore FOLDER --home NEW --keys OLD-HOME/keyholder\n"
    "       more: [--witnesses POLICY] [--ca FILE] [--older-because REASON] [--log-name NAME] [--packs DIR]\n"
    "             [--database postgresql://...]";

enum { MEMORY = 64 << 20 };

struct asked {
    struct gate_restoring restoring;
    const char **share, **identity;
    const char *witnesses, *ca, *reason;
};

static bool take(struct asked *asked, const char *name, const char *value)
{
    struct gate_restoring *r = &asked->restoring;
    if (strcmp(name, "--share") == 0)
        return asked->share[r->shares++] = value, true;
    if (strcmp(name, "-i") == 0 || strcmp(name, "--identity") == 0)
        return asked->identity[r->identities++] = value, true;
    const char **place = strcmp(name, "--home") == 0            ? &r->home
                         : strcmp(name, "--keys") == 0          ? &r->keys
                         : strcmp(name, "--log-name") == 0      ? &r->log_name
                         : strcmp(name, "--packs") == 0         ? &r->packs
                         : strcmp(name, "--database") == 0      ? &r->database
                         : strcmp(name, "--witnesses") == 0     ? &asked->witnesses
                         : strcmp(name, "--ca") == 0            ? &asked->ca
                         : strcmp(name, "--older-because") == 0 ? &asked->reason
                                                                : NULL;
    if (place)
        *place = value;
    return place != NULL;
}

static bool read_arguments(int argc, char **argv, struct asked *asked)
{
    struct gate_restoring *r = &asked->restoring;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' && !r->folder)
            r->folder = argv[i];
        else if (i + 1 == argc || !take(asked, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    r->share = asked->share;
    r->identity = asked->identity;
    r->reason = text_trim(text_of(asked->reason));
    return r->folder && r->home && !(r->keys && r->shares);
}

/* ---- the witnesses ---- */

static int check_log(const struct witness_policy *policy, const struct backup_manifest *manifest, struct error *error)
{
    struct ledger_key key;
    int result = ledger_key_parse(manifest->log_key, &key, error);
    for (size_t i = 0; !result && i < policy->log_count; i++)
        if (text_equal(policy->log[i].key.name, key.name) &&
            memcmp(policy->log[i].key.public_key, key.public_key, sizeof key.public_key) != 0)
            result = error_set(error, ERROR_CHECK, "MANIFEST", "Use another backup.",
                               "the backup was signed with another key than the policy of the witnesses names for this log");
    return result;
}

static void tell_sights(const struct witness_policy *policy, const struct witness_sight *sight)
{
    for (size_t i = 0; i < policy->witness_count; i++) {
        fprintf(stderr, "witness %.*s: ", TEXT_ARGS(policy->witness[i].name));
        if (sight[i].answered)
            fprintf(stderr, "has seen %llu entries\n", (unsigned long long)sight[i].size);
        else
            fprintf(stderr, "%s\n", sight[i].problem[0] ? sight[i].problem : "did not answer");
    }
}

/* Without a word from any witness nobody can say that there is nothing newer. */
static int ask_witnesses(struct asked *asked, struct arena *arena, const struct backup_manifest *manifest, struct error *error)
{
    struct witness_policy policy;
    size_t answered = 0;
    int result = witness_policy_read(arena, asked->witnesses, &policy, error);
    if (!result)
        result = check_log(&policy, manifest, error);
    if (result)
        return result;
    struct witness_sight *sight = ARENA_ARRAY(arena, struct witness_sight, policy.witness_count);
    if (!sight)
        return arena_error(arena, error);
    if (manifest->checkpoint.n)
        result = witness_seen(arena, &policy, manifest->checkpoint, asked->ca, sight, &asked->restoring.seen, &answered, error);
    if (result)
        return result;
    tell_sights(&policy, sight);
    for (size_t i = 0; i < policy.witness_count; i++)
        if (sight[i].forked && !asked->restoring.reason.n)
            return error_set(error, ERROR_CHECK, asked->restoring.folder,
                             "Use another backup and tell the partners. With --older-because it is restored all the same.",
                             "a witness has seen another log of the same size");
    if (answered == 0 && !asked->restoring.reason.n)
        return error_set(error, ERROR_SYSTEM, asked->witnesses,
                         "Try again when they can be reached. With --older-because it is restored all the same.",
                         "no witness answered: nobody can say whether there is a newer record than this backup");
    return 0;
}

static void tell(const struct restore_report *report, const struct asked *asked, struct arena *arena)
{
    char real[PATH_MAX];
    const char *home = realpath(asked->restoring.home, real) ? real : asked->restoring.home;
    printf("%s is restored: %llu entries, %llu rows, %llu looks, %llu documents, as of %.*s\n", home,
           (unsigned long long)report->manifest.entries, (unsigned long long)report->rows, (unsigned long long)report->looks,
           (unsigned long long)report->documents, TEXT_ARGS(instant_format(arena, report->manifest.made_at)));
    printf("\nWhat was done after that is not in it: ask the agencies what they remember, and enter it again.\n");
    printf("The log %s has ended. It goes on as\n  %s\n  %.*s\n", report->manifest.origin, report->origin, TEXT_ARGS(report->log_key));
    bool apart = asked->restoring.database != NULL;
    printf("\nNext:\n"
           "  1. In the configuration set home = %s, %s, and take \"origin\" out or set it to the new name.\n"
           "  2. proviso serve\n"
           "  3. Tell the partners and witnesses the new name and key, both as above.\n"
           "  4. Destroy the opened shares; renew the keys, send the new shares to the agencies, and make a new backup.\n",
           home, apart ? "database = as you named it here" : "take \"database\" out");
}

static int restore(struct asked *asked, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(MEMORY, ARENA_PLAIN);
    struct backup_manifest manifest;
    struct restore_report report = {0};
    struct progress progress = {0};
    struct backup_progress shown = {progress_show, &progress};
    int result = arena ? gate_backup_look(asked->restoring.folder, arena, &manifest, error)
                       : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result && asked->witnesses)
        result = ask_witnesses(asked, arena, &manifest, error);
    else if (!result)
        fprintf(stderr, "No witness is asked (--witnesses): whether there is a newer record than this backup is not checked.\n");
    if (!result)
        result = gate_restore(&asked->restoring, arena, &shown, &report, error);
    progress_end(&progress);
    if (!result)
        tell(&report, asked, arena);
    else
        printf("%.*s", TEXT_ARGS(report.differences));
    return result;
}

int restore_command(int argc, char **argv)
{
    struct error error = {0};
    struct asked asked = {.share = calloc((size_t)argc, sizeof *asked.share), .identity = calloc((size_t)argc, sizeof *asked.identity)};
    int result = -1;
    bool good = asked.share && asked.identity && read_arguments(argc, argv, &asked);
    if (good)
        result = restore(&asked, &error);
    free(asked.share);
    free(asked.identity);
    if (!good)
        return command_usage(argc, argv, usage);
    return result ? command_fail("restore", &error) : 0;
}
