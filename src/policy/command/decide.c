#include "inside.h"
#include "internal.h"

#include "base/file.h"
#include "base/json.h"
#include "policy/change.h"

#include <stdio.h>
#include <string.h>

enum { FACTS_LIMIT = 1 << 20 };

int policy_complain(const char *command, const struct error *error)
{
    char line[800];
    error_line(error, line, sizeof line);
    fprintf(stderr, "proviso %s: %s\n", command, line);
    return error_exit_code(error->code);
}

#define USAGE                                                                                                \
    "proviso decide --pack ID --decision share|consent|channel|retention|deadline --json FILE|- [--packs "   \
    "DIR] "                                                                                                  \
    "[--trace] [--changes] [--question]"

static int usage(const char *what)
{
    fprintf(stderr, "proviso decide: %s. Usage: " USAGE "\n", what);
    return 2;
}

int policy_print(const char *command, struct buffer *out, struct arena *arena, struct error *error)
{
    if (buffer_failed(out)) {
        arena_error(arena, error);
        return policy_complain(command, error);
    }
    struct text t = buffer_result(out);
    if (fwrite(t.p, 1, t.n, stdout) != t.n || fflush(stdout)) {
        fprintf(stderr, "proviso %s: the answer could not be written\n", command);
        return 3;
    }
    return 0;
}

struct deciding {
    const char *pack, *decision, *json, *packs;
    bool trace, changes, question;
};

/* 0, or 2 after saying what is wrong. */
static int read_arguments(int argc, char **argv, struct deciding *d)
{
    const struct {
        const char *name;
        const char **to;
    } option[] = {
        {"--pack", &d->pack}, {"--decision", &d->decision}, {"--json", &d->json}, {"--packs", &d->packs}};
    for (int i = 1; i < argc; i++) {
        bool known = false;
        for (size_t o = 0; o < sizeof option / sizeof *option; o++) {
            if (strcmp(argv[i], option[o].name) != 0)
                continue;
            if (i + 1 == argc || *option[o].to)
                return usage(i + 1 == argc ? "an option lacks its value" : "an option stands twice");
            *option[o].to = argv[++i];
            known = true;
            break;
        }
        if (!known && strcmp(argv[i], "--trace") == 0)
            known = d->trace = true;
        if (!known && strcmp(argv[i], "--changes") == 0)
            known = d->changes = true;
        if (!known && strcmp(argv[i], "--question") == 0)
            known = d->question = true;
        if (!known) {
            char what[160];
            snprintf(what, sizeof what, "\"%s\" is not an option", argv[i]);
            return usage(what);
        }
    }
    if (!d->pack || !d->decision || !d->json)
        return usage(!d->pack       ? "--pack is missing"
                     : !d->decision ? "--decision is missing"
                                    : "--json is missing");
    return 0;
}

int policy_folder_of(const char *named, struct arena *arena, const char **folder, struct error *error)
{
    if (named) {
        *folder = named;
        return 0;
    }
    if (policy_packs_folder(arena, folder))
        return 0;
    return error_set(error, ERROR_MISSING, "packs", "name it with --packs DIR or PROVISO_PACKS",
                     "the folder of packs was not found");
}

/* The answer as a line of JSON; trace, changes and question are members beside the answer's own. */
static int write_answer(const struct deciding *d, const struct policy_pack *pack,
                        const struct policy_facts *facts, const struct policy_answer *answer,
                        struct arena *arena, struct buffer *out, struct error *error)
{
    struct json_writer w = json_writer_in(out);
    json_object(&w);
    policy_answer_members(answer, &w);
    if (d->trace) {
        json_key(&w, "fired");
        policy_fired_write(answer, &w);
    }
    if (d->changes) {
        const struct policy_change *change;
        size_t count;
        int result = policy_changes(pack, answer->decision, facts, arena, &change, &count, error);
        if (result)
            return result;
        json_key(&w, "changes");
        policy_changes_write(change, count, &w);
    }
    if (d->question) {
        struct policy_question question;
        int result = policy_next_question(pack, answer->decision, facts, arena, &question, error);
        if (result)
            return result;
        json_key(&w, "question");
        policy_question_write(&question, &w);
    }
    json_end(&w);
    buffer_char(out, '\n');
    return 0;
}

int policy_command_decide(int argc, char **argv)
{
    struct deciding d = {0};
    struct error error = {0};
    enum policy_decision decision;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        puts("Facts in (docs/vocabulary.md), answer out, both JSON:\n\n  " USAGE "\n\n"
             "--trace adds the rules that fired, --changes the fewest facts that would have to be otherwise for each\n"
             "other outcome, --question the best question to ask next.");
        return 0;
    }
    int code = read_arguments(argc, argv, &d);
    if (code)
        return code;
    if (!policy_decision_find(text_of(d.decision), &decision))
        return usage("--decision must be share, consent, channel, retention or deadline");
    struct arena *arena ARENA_SCOPE = arena_new(COMMAND_MEMORY, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = NULL;
    const char *folder;
    const struct json *object;
    struct policy_answer answer;
    struct text source;
    if (!arena) {
        fprintf(stderr, "proviso decide: out of memory\n");
        return 3;
    }
    const char *name = strcmp(d.json, "-") == 0 ? "standard input" : d.json;
    if (policy_folder_of(d.packs, arena, &folder, &error) ||
        policy_pack_load(folder, d.pack, &pack, &error) ||
        file_read(arena, d.json, FACTS_LIMIT, &source, &error))
        return error.code == ERROR_MISSING ? (policy_complain("decide", &error), 2) : policy_complain("decide", &error);
    struct policy_facts *facts = policy_facts_new(pack, arena);
    struct buffer out = buffer_in(arena);
    if (!facts) {
        arena_error(arena, &error);
        return policy_complain("decide", &error);
    }
    if (json_read(arena, source, name, &object, &error) || policy_facts_read(facts, object, &error) ||
        policy_answer(pack, decision, facts, arena, &answer, &error) ||
        write_answer(&d, pack, facts, &answer, arena, &out, &error))
        return error.code == ERROR_MISSING ? (policy_complain("decide", &error), 2) : policy_complain("decide", &error);
    return policy_print("decide", &out, arena, &error);
}
