#include "inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* proviso policy VERB ... */

enum { MOST_NAMED = 64 };

struct packs_command {
    const char *verb, *named, *folder, *as;
    enum policy_decision decision;
    struct text id[MOST_NAMED]; /* what stands without an option: packs, or the file of a replay */
    size_t ids;
};

static const char ways[] = "proviso policy check [PACK...]\n"
                           "       proviso policy questions [PACK...]\n"
                           "       proviso policy show PACK [--html]\n"
                           "       proviso policy list\n"
                           "       proviso policy diff PACK PACK [--decision share|consent|channel|retention|deadline]\n"
                           "       proviso policy replay FILE|- [--as PACK]\n"
                           "       each with [--packs DIR]";

__attribute__((format(printf, 1, 2))) static int usage(const char *what, ...)
{
    va_list arguments;
    va_start(arguments, what);
    fprintf(stderr, "proviso policy: ");
    vfprintf(stderr, what, arguments);
    va_end(arguments);
    fprintf(stderr, "\nusage: %s\n", ways);
    return 2;
}

static int check(const struct policy_pack *pack, struct arena *arena, struct buffer *out, struct error *error)
{
    return policy_check(pack, arena, out, error);
}

static int list(const struct policy_pack *pack, struct arena *arena, struct buffer *out, struct error *error)
{
    const struct policy_pack_info *info = policy_pack_info(pack);
    (void)arena;
    (void)error;
    buffer_format(out, "%.*s  %.*s  %.*s\n", TEXT_ARGS(info->id), TEXT_ARGS(info->version),
                  TEXT_ARGS(info->title));
    return 0;
}

/* How many questions until the outcome stands. */
static int questions(const struct policy_pack *pack, struct arena *arena, struct buffer *out,
                     struct error *error)
{
    struct policy_measure m;
    (void)arena;
    int result = policy_measure(pack, POLICY_SHARE, &m, error);
    if (!result)
        buffer_format(out,
                      "%-22.*s %5.2f questions as chosen, %5.2f in the pack's order, no order below %4.2f "
                      "(means over all "
                      "%.3g cases; %zu and %zu states)\n",
                      TEXT_ARGS(policy_pack_info(pack)->id), m.chosen, m.listed, m.bound, m.cases, m.states,
                      m.bound_states);
    return result;
}

typedef int on_pack(const struct policy_pack *pack, struct arena *arena, struct buffer *out,
                    struct error *error);

/* Missing packs are bad usage here, not a missing page. */
static int exit_code(const struct error *error)
{
    int code = policy_complain("policy", error);
    return error->code == ERROR_MISSING ? 2 : code;
}

/* Runs the verb on one pack and prints what it says. */
static int run_on(const struct packs_command *command, const char *id, on_pack *verb)
{
    struct arena *arena ARENA_SCOPE = arena_new(COMMAND_MEMORY, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = NULL;
    struct error error = {0};
    if (!arena || !id)
        return 3;
    if (policy_pack_load(command->folder, id, &pack, &error))
        return exit_code(&error);
    struct buffer out = buffer_in(arena);
    int result = verb(pack, arena, &out, &error);
    struct error printing = {0};
    int code = policy_print("policy", &out, arena, &printing);
    return result ? exit_code(&error) : code;
}

static int run_on_all(struct packs_command *command, struct arena *arena, on_pack *verb)
{
    struct text *id = command->id;
    size_t ids = command->ids;
    struct error error = {0};
    if (!ids && policy_pack_list(command->folder, arena, &id, &ids, &error))
        return exit_code(&error);
    int worst = 0;
    for (size_t i = 0; i < ids; i++) {
        int code = run_on(command, arena_string(arena, id[i]), verb);
        worst = code > worst ? code : worst;
    }
    return worst;
}

static int diff(const struct packs_command *command, struct arena *arena)
{
    struct policy_pack *one POLICY_PACK_SCOPE = NULL;
    struct policy_pack *other POLICY_PACK_SCOPE = NULL;
    const struct policy_difference *difference;
    struct buffer out = buffer_in(arena);
    struct error error = {0};
    const char *a = arena_string(arena, command->id[0]), *b = arena_string(arena, command->id[1]);
    size_t count;
    if (!a || !b)
        return 3;
    if (policy_pack_load(command->folder, a, &one, &error) ||
        policy_pack_load(command->folder, b, &other, &error) ||
        policy_compare(one, other, command->decision, arena, &difference, &count, &error))
        return exit_code(&error);
    double differ = 0;
    for (size_t i = 0; i < count; i++) {
        const struct policy_difference *d = &difference[i];
        differ += d->share;
        buffer_format(&out, "%6.2f %%  %.*s here, %.*s there, for example %.*s", 100 * d->share,
                      TEXT_ARGS(d->here), TEXT_ARGS(d->there), TEXT_ARGS(d->example));
        if (!text_equal(d->example, d->example_there))
            buffer_format(&out, ", there %.*s", TEXT_ARGS(d->example_there));
        buffer_char(&out, '\n');
    }
    buffer_format(&out, "%6.2f %%  the same \"%s\" in %s (here) and %s (there)\n", 100 * (1 - differ),
                  policy_decision_name(command->decision), a, b);
    return policy_print("policy", &out, arena, &error);
}

/* 0, or 2 after saying what is wrong. */
static int read_arguments(int argc, char **argv, struct packs_command *command)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--packs") == 0 && i + 1 < argc)
            command->named = argv[++i];
        else if (strcmp(argv[i], "--as") == 0 && i + 1 < argc)
            command->as = argv[++i];
        else if (strcmp(argv[i], "--decision") == 0 && i + 1 < argc &&
                 policy_decision_find(text_of(argv[i + 1]), &command->decision))
            i++;
        else if (strcmp(argv[i], "--decision") == 0 && i + 1 < argc)
            return usage("--decision: there is no decision \"%s\"", argv[i + 1]);
        else if (argv[i][0] == '-' && argv[i][1])
            return usage(i + 1 < argc ? "\"%s\" is not one of its options" : "\"%s\" is no option, or needs a value behind it", argv[i]);
        else if (command->ids == MOST_NAMED)
            return usage("no more than %d packs at once", MOST_NAMED);
        else
            command->id[command->ids++] = text_of(argv[i]);
    }
    return 0;
}

int policy_command(int argc, char **argv)
{
    struct packs_command command = {.verb = argc > 1 ? argv[1] : "", .decision = POLICY_SHARE};
    struct arena *arena ARENA_SCOPE = arena_new(COMMAND_MEMORY, ARENA_PLAIN);
    struct error error = {0};
    if (strcmp(command.verb, "--help") == 0) {
        printf("Packs of law and policy: prove, read, compare, replay (docs/packs.md).\n\nusage: %s\n", ways);
        return 0;
    }
    if (!arena || read_arguments(argc, argv, &command))
        return arena ? 2 : 3;
    const struct {
        const char *name;
        size_t least, most;
    } verb[] = {{"check", 0, MOST_NAMED}, {"show", 1, 1},   {"list", 0, 0},
                {"diff", 2, 2},           {"replay", 1, 1}, {"questions", 0, MOST_NAMED}};
    size_t which = 0;
    while (which < 6 && strcmp(verb[which].name, command.verb) != 0)
        which++;
    if (which == 6)
        return command.verb[0] ? usage("\"%s\" is not understood", command.verb) : usage("it needs more words than that");
    if (command.ids < verb[which].least || command.ids > verb[which].most)
        return usage("%s: there are too %s names behind it", command.verb, command.ids > verb[which].most ? "many" : "few");
    if (command.as && which != 4)
        return usage("--as belongs to replay");
    if (policy_folder_of(command.named, arena, &command.folder, &error))
        return exit_code(&error);
    if (which == 3)
        return diff(&command, arena);
    if (which == 4)
        return policy_command_replay(command.folder, command.as, command.id[0].p);
    return run_on_all(&command, arena,
                      which == 0   ? check
                      : which == 1 ? policy_show
                      : which == 2 ? list
                                   : questions);
}
