#include "commands.h"

#include "ledger.h"
#include "witness.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char mirror_usage[] =
    "proviso ledger mirror URL DIR --log VERIFIER-KEY [--policy FILE] [--ca FILE]\n"
    "       proviso ledger mirror --check DIR --log VERIFIER-KEY [--policy FILE]\n\n"
    "Keeps a full copy of the log at URL (https://proviso.partnership.example/log) in DIR, and checks all of it.\n"
    "Run it again to go on from where it stood. Any web server can publish DIR.\n"
    "Each run looks first whether what it goes on from is undamaged; --check reads all of the copy again, without network.\n"
    "--policy names the witnesses that must have signed (docs/witnesses.md).";

static const char compare_usage[] =
    "proviso ledger compare NOTE NOTE --log VERIFIER-KEY [--mirror DIR]\n\n"
    "Can two checkpoints of one log, each in a file, both be true? Exit status 1 if they cannot: then they are proof that the\n"
    "log lied. Where their sizes differ a copy of the log (ledger mirror) must tell.";

struct arguments {
    const char *word[2], *log, *policy, *ca, *mirror;
    int words;
    bool check;
};

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        const char **option = strcmp(name, "--log") == 0      ? &arguments->log
                              : strcmp(name, "--policy") == 0 ? &arguments->policy
                              : strcmp(name, "--ca") == 0     ? &arguments->ca
                              : strcmp(name, "--mirror") == 0 ? &arguments->mirror
                                                              : NULL;
        if (strcmp(name, "--check") == 0) {
            arguments->check = true;
        } else if (option) {
            if (!value)
                return false;
            *option = value;
            i++;
        } else if (name[0] == '-' || arguments->words == 2)
            return false;
        else
            arguments->word[arguments->words++] = name;
    }
    return arguments->log;
}

static int read_key(const char *text, struct ledger_key *key, struct error *error)
{
    int result = ledger_key_parse(text_of(text), key, error);
    if (!result && key->kind != LEDGER_KEY_LOG)
        result = error_set(error, ERROR_INPUT, "--log", "Ask the log's operator for \"proviso ledger key\".",
                           "this is not the key of a log");
    else if (result)
        error_within(error, "--log");
    return result;
}

/* On a terminal one line that is written over; otherwise a line for each tenth. */
static void show_progress(void *context, uint64_t done, uint64_t of)
{
    int *last = context, hundredths = (int)((double)done * 100.0 / (double)of);
    int now = isatty(STDERR_FILENO) ? hundredths : hundredths / 10 * 10;
    if (now == *last)
        return;
    *last = now;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%3d %% of %llu entries%s", now, (unsigned long long)of, done == of ? "\n" : "");
    else
        fprintf(stderr, "%d %% of %llu entries\n", now, (unsigned long long)of);
}

static void report_mirror(const struct witness_mirror_report *report)
{
    if (report->shown < report->before)
        printf("the log shows an older checkpoint, of %llu entries; it is a beginning of this copy, which stays as it is: ",
               (unsigned long long)report->shown);
    if (report->size == report->before)
        printf("nothing new; the copy holds %llu entries; its newest were looked at again, all of them are by --check\n",
               (unsigned long long)report->size);
    else
        printf("the copy has grown from %llu to %llu entries; all were hashed, and %llu tiles compared: it is the tree that the log signed\n",
               (unsigned long long)report->before, (unsigned long long)report->size, (unsigned long long)report->tiles);
}

int ledger_mirror_command(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse(argc, argv, &arguments) || arguments.words != (arguments.check ? 1 : 2) || arguments.mirror)
        return command_usage(argc, argv, mirror_usage);
    ARENA_SCOPE struct arena *arena = arena_new(4 << 20, ARENA_PLAIN);
    struct error error = {0};
    struct witness_policy policy;
    struct witness_mirror_report report;
    struct ledger_head head;
    int last = -1;
    struct text url = text_of(arguments.word[0]);
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    struct witness_mirror_settings settings = {.url = arena ? arena_string(arena, url) : NULL,
                                               .folder = arguments.word[1],
                                               .policy = arguments.policy ? &policy : NULL,
                                               .ca_file = arguments.ca,
                                               .progress = show_progress,
                                               .context = &last};
    int result = settings.url ? read_key(arguments.log, &settings.log, &error) : ERROR_SYSTEM;
    if (!result && arguments.policy)
        result = witness_policy_read(arena, arguments.policy, &policy, &error);
    if (!result && arguments.check) {
        result = witness_mirror_check(arguments.word[0], &settings.log, settings.policy, show_progress, &last, &head, &error);
        if (!result)
            printf("the copy holds %llu entries; all were hashed, every tile compared: it is the tree that the log signed\n",
                   (unsigned long long)head.size);
    } else if (!result) {
        result = witness_mirror_run(&settings, &report, &error);
        if (!result)
            report_mirror(&report);
    }
    return result ? command_fail("ledger mirror", &error) : 0;
}

static int report_comparison(enum witness_comparison comparison, const struct ledger_head heads[2], const struct text notes[2],
                             struct error *error)
{
    unsigned long long sizes[2] = {heads[0].size, heads[1].size};
    switch (comparison) {
    case WITNESS_SAME:
        printf("both are of the same tree of %llu entries\n", sizes[0]);
        return 0;
    case WITNESS_GREW:
        printf("both are true: the log grew from %llu to %llu entries\n", sizes[sizes[0] > sizes[1]], sizes[sizes[0] < sizes[1]]);
        return 0;
    case WITNESS_LIED:
        printf("THE LOG LIED. With its own key it signed two trees that cannot both be:\n\n%.*s\n%.*s\n", TEXT_ARGS(notes[0]),
               TEXT_ARGS(notes[1]));
        return error_set(error, ERROR_CHECK, "", "Keep both files, tell the governance leads of all agencies, and ask what others were shown.",
                         "the two checkpoints contradict each other");
    default:
        return error_set(error, ERROR_INPUT, "", "Give a copy of the log that is large enough, with --mirror DIR.",
                         "they are of different sizes, %llu and %llu: they alone cannot tell", sizes[0], sizes[1]);
    }
}

static int compare(const struct arguments *arguments, struct arena *arena, struct error *error)
{
    struct ledger_key log;
    struct text notes[2];
    struct ledger_folder folder;
    struct ledger_storage storage;
    struct ledger_head heads[2], copy = {0};
    enum witness_comparison comparison;
    int result = read_key(arguments->log, &log, error);
    for (size_t i = 0; !result && i < 2; i++)
        result = file_read(arena, arguments->word[i], LEDGER_NOTE_LIMIT, &notes[i], error);
    if (!result && arguments->mirror) {
        result = ledger_folder_open(text_of(arguments->mirror), &folder, error);
        if (!result)
            result = witness_mirror_check(arguments->mirror, &log, NULL, NULL, NULL, &copy, error);
        storage = ledger_folder_storage(&folder);
    }
    if (!result)
        result = witness_compare(arena, &log, notes[0], notes[1], arguments->mirror ? &storage : NULL, &copy, &comparison,
                                 heads, error);
    for (size_t i = 0; result && i < 2; i++) /* which of the two it is, by its name */
        if (strncmp(error->where, i ? "the second" : "the first", i ? 10 : 9) == 0)
            error_within(error, arguments->word[i]);
    if (result == ERROR_INPUT && !error->fix[0])
        snprintf(error->fix, sizeof error->fix, "Give the file of a checkpoint as it was kept, whole and unchanged.");
    return result ? result : report_comparison(comparison, heads, notes, error);
}

int ledger_compare_command(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse(argc, argv, &arguments) || arguments.words != 2 || arguments.check || arguments.policy || arguments.ca)
        return command_usage(argc, argv, compare_usage);
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    struct error error = {0};
    int result = arena ? compare(&arguments, arena, &error) : error_set(&error, ERROR_SYSTEM, "", "", "out of memory");
    return result ? command_fail("ledger compare", &error) : 0;
}
