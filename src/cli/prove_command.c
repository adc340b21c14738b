#include "commands.h"
#include "settings.h"

#include "gate.h"
#include "gate/log.h"
#include "letter.h"
#include "proof.h"
#include "witness/policy.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "proviso ledger prove --decision ID -o FILE [--pdf FILE] [--home DIR] [--config FILE]\n"
    "       proviso ledger prove --check FILE --log KEY [--witness KEY]... [--policy FILE]\n\n"
    "Makes a proof that the record holds a decision, or checks one. Checking needs the file and the log's key (proviso\n"
    "ledger key), and nothing else: no home, no network. Witnesses that are named must have signed.";

enum { MEMORY = 64 << 20, HERE_MOST = 32 };

struct asked {
    const char *decision, *out, *pdf, *home, *config; /* to make one */
    const char *check, *log, *policy;                 /* to check one */
    const char *witness[HERE_MOST];
    size_t witnesses;
};

static bool read_arguments(int argc, char **argv, struct asked *asked)
{
    for (int i = 1; i < argc; i++) {
        const char **value = strcmp(argv[i], "--decision") == 0 ? &asked->decision
                             : strcmp(argv[i], "-o") == 0       ? &asked->out
                             : strcmp(argv[i], "--pdf") == 0    ? &asked->pdf
                             : strcmp(argv[i], "--home") == 0   ? &asked->home
                             : strcmp(argv[i], "--config") == 0 ? &asked->config
                             : strcmp(argv[i], "--check") == 0  ? &asked->check
                             : strcmp(argv[i], "--log") == 0    ? &asked->log
                             : strcmp(argv[i], "--policy") == 0 ? &asked->policy
                             : strcmp(argv[i], "--witness") == 0 && asked->witnesses < HERE_MOST
                                 ? &asked->witness[asked->witnesses++]
                                 : NULL;
        if (!value || *value || i + 1 == argc)
            return false;
        *value = argv[++i];
    }
    bool checks = asked->log || asked->policy || asked->witnesses;
    if (asked->check)
        return asked->log && !asked->decision && !asked->out && !asked->pdf && !asked->home && !asked->config;
    return asked->decision && asked->out && !checks;
}

/* ---- checking: needs no home, no network and no database ---- */

/* A key from a page, a mail or a PDF may be broken in several lines: it has no blanks of its own. */
static int read_key(struct arena *arena, const char *argument, struct ledger_key *key, struct error *error)
{
    struct buffer whole = buffer_in(arena);
    for (const char *c = argument; *c; c++)
        if (*c != ' ' && *c != '\n' && *c != '\r' && *c != '\t')
            buffer_char(&whole, *c);
    return buffer_failed(&whole) ? arena_error(arena, error) : ledger_key_parse(buffer_result(&whole), key, error);
}

static int read_keys(struct arena *arena, const struct asked *asked, struct witness_policy *policy,
                     struct ledger_key *key, size_t *count, struct error *error)
{
    int result = read_key(arena, asked->log, &key[0], error);
    if (!result && key[0].kind != LEDGER_KEY_LOG)
        result = error_set(error, ERROR_INPUT, "", "", "it is not the key of a log");
    if (result) {
        error_within(error, "--log");
        return result;
    }
    *count = 1;
    for (size_t i = 0; i < asked->witnesses; i++) {
        result = read_key(arena, asked->witness[i], &key[*count], error);
        if (!result && key[*count].kind != LEDGER_KEY_WITNESS)
            result = error_set(error, ERROR_INPUT, "", "", "it is not the key of a witness");
        if (result) {
            error_within(error, "--witness");
            return result;
        }
        ++*count;
    }
    if (asked->policy)
        result = witness_policy_read(arena, asked->policy, policy, error);
    if (!result && asked->policy && !witness_policy_knows(policy, &key[0]))
        result = error_set(error, ERROR_INPUT, asked->policy, "Take the policy of this log, or the key that the policy names.",
                           "the policy is for other logs than %.*s with this key", TEXT_ARGS(key[0].name));
    for (size_t i = 0; !result && i < policy->witness_count; i++)
        key[(*count)++] = policy->witness[i].key;
    return result;
}

/* Every witness that was named must have signed, and the quorum of the policy be met. */
static int judge_witnesses(struct arena *arena, const struct asked *asked, const struct witness_policy *policy,
                           const struct ledger_key *key, const struct proof_said *said, struct error *error)
{
    bool seen[WITNESS_POLICY_MOST] = {false};
    for (size_t i = 0; i < asked->witnesses + policy->witness_count; i++) {
        bool signed_by = false;
        for (size_t w = 0; w < said->witnesses; w++)
            signed_by |= said->witness[w].key == 1 + i;
        if (i >= asked->witnesses)
            seen[i - asked->witnesses] = signed_by;
        else if (!signed_by)
            return error_set(error, ERROR_CHECK, "", "Ask for a proof that is newer.",
                             "the witness %.*s has not signed this state of the record", TEXT_ARGS(key[1 + i].name));
    }
    if (asked->policy && !witness_policy_met(policy, seen))
        return error_set(error, ERROR_CHECK, "", "Ask for a proof that is newer.",
                         "the witnesses that have signed are not those that the policy needs: %.*s",
                         TEXT_ARGS(witness_policy_words(arena, policy)));
    return 0;
}

/* What somebody wrote must not steer the terminal. */
static void show_text(struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        bool steers = (c < ' ' && c != '\n') || c == 0x7f || (c == 0xc2 && i + 1 < t.n && (unsigned char)t.p[i + 1] < 0xa0);
        putchar(steers ? '?' : c);
    }
}

static void show(const struct proof_line *line, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        printf("  %-26.*s ", TEXT_ARGS(line[i].key));
        show_text(line[i].value);
        putchar('\n');
    }
}

/* Whose keys were not given is not looked for: that nobody else has signed can only be said of those that were named. */
static void show_said(struct arena *arena, const struct proof_said *said, bool asked_for_witnesses)
{
    struct proof_line line[PROOF_LINES];
    struct text witnesses = asked_for_witnesses ? proof_witness_words(arena, said)
                                                : TEXT("Whether other agencies have signed it too was not checked: no witness was named "
                                                       "(--witness or --policy).");
    printf("The proof holds.\n\n%.*s\n%.*s\n\nWhat was decided\n", TEXT_ARGS(proof_signed_words(arena, said)),
           TEXT_ARGS(witnesses));
    show(line, proof_decision_lines(arena, said, TEXT(""), line));
    show(line, proof_personal_lines(arena, said, line));
    printf("\nWhere the record has it\n");
    show(line, proof_record_lines(arena, said, line));
    printf("\n%s\n", said->personal ? "The file holds personal data: keep it as you would keep the case file."
                                    : "The file does not hold whom the decision is about, nor why it was made.");
}

static int check(struct arena *arena, const struct asked *asked, struct error *error)
{
    struct ledger_key key[1 + HERE_MOST + WITNESS_POLICY_MOST];
    struct witness_policy policy = {.witness_count = 0};
    struct proof_said said;
    struct text file;
    size_t count = 0;
    int result = read_keys(arena, asked, &policy, key, &count, error);
    if (!result)
        result = file_read(arena, asked->check, PROOF_FILE_MAX, &file, error);
    if (result)
        return result;
    if (text_starts(file, TEXT("%PDF-")))
        return error_set(error, ERROR_INPUT, asked->check,
                         "The proof is a file that is attached to it: take it out with a PDF reader, or pdfdetach -saveall.",
                         "this is the receipt, a page to read");
    if (text_find_char(file, '\r') >= 0)
        return error_set(error, ERROR_INPUT, asked->check,
                         "Take the file out of the PDF, or have it sent again in a way that changes nothing, as an attachment.",
                         "its line ends were changed on the way, by a mail program perhaps");
    if ((result = proof_check(arena, file, key, count, &said, error))) {
        error_within(error, asked->check);
        if (result == ERROR_INPUT && !error->fix[0])
            snprintf(error->fix, sizeof error->fix, "Give the file of a proof as it was made, whole and unchanged.");
    }
    if (!result)
        result = judge_witnesses(arena, asked, &policy, key, &said, error);
    if (!result)
        show_said(arena, &said, count > 1);
    else if (result == ERROR_CHECK)
        printf("The proof does not hold.\n");
    return result;
}

/* ---- making: without personal data; with it a proof is made on the pages, which put on record who asked ---- */

static int print(struct arena *arena, const struct asked *asked, const struct settings *settings, struct gate *gate,
                 const struct evidence *evidence, struct error *error)
{
    struct letter_press *press = NULL;
    struct ledger_key key;
    struct proof_said said;
    struct text pdf, name = text_of(strrchr(asked->out, '/') ? strrchr(asked->out, '/') + 1 : asked->out);
    int result = ledger_key_parse(evidence->key, &key, error);
    if (!result)
        result = proof_check(arena, evidence->file, &key, 1, &said, error);
    if (!result)
        result = letter_press_open(&press, error);
    if (result)
        return result;
    
    struct proof_paper paper = {.partnership = text_of(settings->partnership),
                                .policy = gate_pack_title(gate, said.pack_sha256),
                                .checked_at = clock_now(),
                                .file = evidence->file,
                                .file_name = name};
    result = proof_print(arena, press, &said, &paper, &pdf, error);
    letter_press_close(&press);
    return result ? result : file_replace(asked->pdf, pdf, 0600, error);
}

static int make(struct arena *arena, const struct asked *asked, struct error *error)
{
    struct settings settings;
    struct gate *gate = NULL;
    struct evidence evidence;
    struct id id;
    if (!id_parse(text_of(asked->decision), &id))
        return error_set(error, ERROR_INPUT, "--decision", "Take it from the address of its page.",
                         "it is not the number of a decision");
    int result = settings_read_home(arena, asked->config, asked->home, &settings, error);
    struct gate_settings opened = settings_gate(&settings);
    opened.read_only = true;
    if (!result)
        result = gate_open(&opened, &gate, error);
    if (!result)
        result = gate_prove(gate, arena, &id, &evidence, error);
    if (!result)
        result = file_replace(asked->out, evidence.file, 0600, error);
    if (!result && asked->pdf)
        result = print(arena, asked, &settings, gate, &evidence, error);
    if (!result)
        printf("%s: entry %lld of %lld; it holds no personal data\n", asked->out, (long long)evidence.entry,
               (long long)evidence.entries);
    gate_close(&gate);
    return result;
}

int ledger_prove_command(int argc, char **argv)
{
    struct asked asked = {.decision = NULL};
    struct error error = {0};
    if (!read_arguments(argc, argv, &asked))
        return command_usage(argc, argv, usage);
    ARENA_SCOPE struct arena *arena = arena_new(MEMORY, ARENA_SECRET);
    int result = arena ? 0 : error_set(&error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result)
        result = asked.check ? check(arena, &asked, &error) : make(arena, &asked, &error);
    return result ? command_fail("ledger prove", &error) : 0;
}
