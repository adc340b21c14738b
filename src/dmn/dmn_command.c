#include "dmn/command.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "dmn/evaluate.h"

enum {
    MODEL_BYTES_MOST = 32 * 1024 * 1024,
    INPUT_BYTES_MOST = 16 * 1024 * 1024,
    MEMORY_MOST = 1024 * 1024 * 1024,
};

static const char usage[] = "Usage: proviso dmn eval MODEL.dmn --decision NAME --input FILE|- [--all] [--why]";

struct options {
    const char *model, *decision, *input;
    bool all, why;
};

static int bad_usage(struct error *error, const char *what, const char *about)
{
    return error_set(error, ERROR_INPUT, "", usage, "%s%s%s", what, about ? " " : "", about ? about : "");
}

static int read_options(int argc, char **argv, struct options *out, struct error *error)
{
    if (argc < 2 || strcmp(argv[1], "eval") != 0)
        return bad_usage(error, "the word after dmn should be eval, not", argc < 2 ? "nothing" : argv[1]);
    for (int i = 2; i < argc; i++) {
        const char **value = strcmp(argv[i], "--decision") == 0 ? &out->decision
                             : strcmp(argv[i], "--input") == 0  ? &out->input
                                                                : NULL;
        if (value) {
            if (++i == argc)
                return bad_usage(error, "there is no value after", argv[i - 1]);
            *value = argv[i];
        } else if (strcmp(argv[i], "--all") == 0) {
            out->all = true;
        } else if (strcmp(argv[i], "--why") == 0) {
            out->why = true;
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return bad_usage(error, "there is no option", argv[i]);
        } else if (out->model) {
            return bad_usage(error, "one model is enough, not also", argv[i]);
        } else {
            out->model = argv[i];
        }
    }
    if (!out->model)
        return bad_usage(error, "there is no model", NULL);
    if (!out->decision && !out->all)
        return bad_usage(error, "name a decision with --decision, or ask for --all", NULL);
    return 0;
}

static int read_input(struct arena *arena, const struct options *options, const struct dmn_value **out,
                      struct error *error)
{
    struct text text = TEXT("{}");
    struct dmn_result answer;
    int result;
    if (options->input && (result = file_read(arena, options->input, INPUT_BYTES_MOST, &text, error)))
        return result;
    if (text_trim(text).n == 0)
        text = TEXT("{}");
    const char *where = options->input && strcmp(options->input, "-") != 0 ? options->input : "input";
    if ((result = dmn_feel(arena, text, where, NULL, &answer, error)))
        return result;
    if (answer.value->kind != DMN_CONTEXT)
        return error_set(error, ERROR_INPUT, where, "Give a context, e.g. {Age: 18}.", "the input is a %s",
                         dmn_kind_name(answer.value->kind));
    *out = answer.value;
    return 0;
}

static int run(struct arena *arena, const struct options *options, struct error *error)
{
    struct text xml;
    const struct dmn_model *model;
    const struct dmn_value *input = &dmn_null;
    struct dmn_result answer;
    int result;
    if ((result = file_read(arena, options->model, MODEL_BYTES_MOST, &xml, error)) ||
        (result = dmn_model_load(arena, xml, options->model, &model, error)) ||
        (result = read_input(arena, options, &input, error)))
        return result;
    result = options->all ? dmn_evaluate_all(model, arena, input, NULL, &answer, error)
                          : dmn_evaluate(model, arena, text_of(options->decision), input, NULL, &answer, error);
    if (result)
        return result;
    struct buffer out = buffer_in(arena);
    dmn_value_write_json(&out, answer.value);
    buffer_char(&out, '\n');
    if (buffer_failed(&out))
        return arena_error(arena, error);
    for (size_t i = 0; options->why && i < model->problems; i++)
        fprintf(stderr, "%.*s: %.*s\n", TEXT_ARGS(model->problem[i].where), TEXT_ARGS(model->problem[i].what));
    for (size_t i = 0; options->why && i < answer.notes; i++)
        fprintf(stderr, "%.*s: %.*s\n", TEXT_ARGS(answer.note[i].where), TEXT_ARGS(answer.note[i].what));
    if (fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout))
        return error_set(error, ERROR_SYSTEM, "standard output", "", "the result could not be written");
    return 0;
}

/* What the caller gave is too large or missing: still the caller's to mend. */
static int exit_code(int result)
{
    if (result == ERROR_TOO_LARGE || result == ERROR_MISSING)
        return 2;
    return error_exit_code(result);
}

int dmn_command(int argc, char **argv)
{
    struct error error = {.code = 0};
    struct options options = {.model = NULL};
    char line[900];
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return puts(usage) < 0 ? 3 : 0;
    ARENA_SCOPE struct arena *arena = arena_new(MEMORY_MOST, ARENA_PLAIN);
    int result = arena ? read_options(argc, argv, &options, &error)
                       : error_set(&error, ERROR_SYSTEM, "dmn", "", "there is no memory");
    if (!result)
        result = run(arena, &options, &error);
    if (!result)
        return 0;
    error_line(&error, line, sizeof line);
    fprintf(stderr, "proviso dmn: %s\n", line);
    return exit_code(result);
}
