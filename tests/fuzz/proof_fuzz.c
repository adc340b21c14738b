/*
 * Proofs of decisions. 'p': a file, against the key of the worked example in docs/record.md: what holds is the very file that
 * was signed. 's': the bytes of a statement: one thing has one encoding. 'c': the content of a row.
 */
#include "base.h"
#include "ledger.h"
#include "proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void try_file(struct arena *arena, struct text source)
{
    static const struct text key = TEXT_INIT("log.example/partnership+bb80f3b7+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
    struct ledger_evidence evidence;
    struct proof_line line[PROOF_LINES];
    struct proof_said said;
    struct text again;
    struct error error;
    if (proof_check_texts(arena, source, &key, 1, &said, &error) != 0)
        return;
    must(text_equal(said.decided, TEXT("share")) && said.index == 0 && said.size == 1);
    must(ledger_evidence_parse(arena, source, &evidence, &error) == 0);
    must(ledger_evidence_text(arena, &evidence, &again, &error) == 0 && text_equal(source, again));
    must(proof_decision_lines(arena, &said, TEXT(""), line) > 5 && proof_record_lines(arena, &said, line) == 4);
    must((proof_personal_lines(arena, &said, line) > 0) == said.personal);
}

static void try_statement(struct arena *arena, struct text source)
{
    struct proof_statement statement;
    struct ledger_leaf leaf;
    struct text again;
    struct error error;
    if (proof_statement_parse(arena, source, &statement, &error) != 0)
        return;
    must(proof_statement_encode(arena, &statement, &again, &error) == 0 && text_equal(source, again));
    must(ledger_showing_leaf(&statement.showing, &leaf, &error) == 0);
}

static void try_content(struct text source)
{
    struct proof_column column[sizeof PROOF_DECISION_KINDS - 1];
    struct error error;
    if (proof_content_read(source, PROOF_DECISION_KINDS, column, &error) != 0)
        return;
    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        must(column[i].text.n <= source.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct text source = {(const char *)data + 1, size - 1};
    if (data[0] == 's')
        try_statement(arena, source);
    else if (data[0] == 'c')
        try_content(source);
    else
        try_file(arena, source);
    return 0;
}
