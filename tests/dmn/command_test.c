#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dmn.h"

static const char model[] =
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\" namespace=\"u\">"
    "<inputData id=\"i\" name=\"Age\"><variable name=\"Age\" typeRef=\"number\"/></inputData>"
    "<inputData id=\"j\" name=\"d\"><variable name=\"d\" typeRef=\"date\"/></inputData>"
    "<decision id=\"a\" name=\"Adult\"><informationRequirement><requiredInput href=\"#i\"/></informationRequirement>"
    "<literalExpression><text>Age &gt;= 18</text></literalExpression></decision>"
    "<decision id=\"b\" name=\"Next day\"><informationRequirement><requiredInput href=\"#j\"/></informationRequirement>"
    "<literalExpression><text>{day: d + duration(\"P1D\"), third: 1/3}</text></literalExpression></decision></definitions>";

static char folder[] = "/tmp/dmn-command-XXXXXX";
static char model_path[64], input_path[64], out_path[64], error_path[64];

static void write_file(const char *path, const char *content)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(content, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(model_path, sizeof model_path, "%s/m.dmn", folder);
    snprintf(input_path, sizeof input_path, "%s/input", folder);
    snprintf(out_path, sizeof out_path, "%s/out", folder);
    snprintf(error_path, sizeof error_path, "%s/error", folder);
    write_file(model_path, model);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(model_path);
    unlink(input_path);
    unlink(out_path);
    unlink(error_path);
    return rmdir(folder);
}

static char *content(const char *path)
{
    static char text[4096];
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = 0;
    return text;
}

/* Sends a stream to a file; gives the old one to put back. */
static int divert(FILE *stream, const char *path)
{
    fflush(stream);
    int old = dup(fileno(stream)), new = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(old >= 0 && new >= 0);
    dup2(new, fileno(stream));
    close(new);
    return old;
}

static void restore(FILE *stream, int old)
{
    fflush(stream);
    dup2(old, fileno(stream));
    close(old);
}

static int run(const char *const *word)
{
    char *argv[12] = {(char *)"dmn"};
    int argc = 1;
    for (; word[argc - 1]; argc++)
        argv[argc] = (char *)word[argc - 1];
    int out = divert(stdout, out_path), errors = divert(stderr, error_path);
    int code = dmn_command(argc, argv);
    restore(stdout, out);
    restore(stderr, errors);
    return code;
}
#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static void a_value_is_printed_as_json(void **state)
{
    (void)state;
    write_file(input_path, "{Age: 18, d: date(\"2020-01-31\")}");
    assert_int_equal(RUN("eval", model_path, "--decision", "Adult", "--input", input_path), 0);
    assert_string_equal(content(out_path), "true\n");
    assert_int_equal(RUN("eval", model_path, "--decision", "Next day", "--input", input_path), 0);
    assert_string_equal(content(out_path),
                        "{\"day\":\"2020-02-01\",\"third\":0.3333333333333333333333333333333333}\n");
    assert_int_equal(RUN("eval", "--input", input_path, "--all", model_path), 0);
    assert_non_null(strstr(content(out_path), "{\"Adult\":true,\"Next day\":{"));
    assert_string_equal(content(error_path), "");
    assert_int_equal(RUN("--help"), 0);
    assert_non_null(strstr(content(out_path), "Usage: proviso dmn eval"));
}

static void null_is_a_value_and_its_reason_can_be_asked(void **state)
{
    (void)state;
    assert_int_equal(RUN("eval", model_path, "--decision", "Adult"), 0);
    assert_string_equal(content(out_path), "null\n");
    write_file(input_path, "{Age: \"old\"}");
    assert_int_equal(RUN("eval", model_path, "--decision", "Adult", "--input", input_path, "--why"), 0);
    assert_string_equal(content(out_path), "null\n");
    assert_non_null(strstr(content(error_path), "number"));
}

static void assert_refused(int code, const char *words)
{
    const char *line = content(error_path);
    assert_int_equal(code, 2);
    assert_non_null(strstr(line, words));
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1); /* one line */
    assert_string_equal(content(out_path), "");
}

static void bad_use_is_told_in_one_line(void **state)
{
    (void)state;
    write_file(input_path, "{Age: }");
    assert_refused(RUN("eval", model_path, "--decision", "Adult", "--input", input_path), input_path);
    write_file(input_path, "[1]");
    assert_refused(RUN("eval", model_path, "--decision", "Adult", "--input", input_path), "list");
    assert_refused(RUN("eval", model_path, "--decision", "Nothing"), "Nothing");
    assert_refused(RUN("eval", model_path), "--decision");
    assert_refused(RUN("eval", "--decision", "Adult"), "no model");
    assert_refused(RUN("eval", model_path, "--decision"), "no value");
    assert_refused(RUN("eval", model_path, "--sideways"), "--sideways");
    assert_refused(RUN("mend"), "mend");
    write_file(input_path, "<x/>");
    assert_refused(RUN("eval", input_path, "--all"), "not a decision model");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_printed_as_json),
        cmocka_unit_test(null_is_a_value_and_its_reason_can_be_asked),
        cmocka_unit_test(bad_use_is_told_in_one_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
