#include "proof/receipt.h"

#include "letter.h"
#include "proof/words.h"

static void put_lines(struct letter *letter, const struct proof_line *line, size_t n)
{
    struct letter_fact fact[PROOF_LINES];
    for (size_t i = 0; i < n; i++)
        fact[i] = (struct letter_fact){line[i].key, line[i].value};
    if (n)
        letter_facts(letter, fact, n);
}

/* Reasons can be longer than a page: they are paragraphs. */
static void put_personal(struct arena *arena, struct letter *letter, const struct proof_said *said)
{
    struct proof_line line[PROOF_LINES];
    size_t n = proof_personal_lines(arena, said, line);
    for (size_t i = 0; i < n; i++) {
        letter_heading(letter, 2, line[i].key);
        letter_paragraph(letter, line[i].value);
    }
}

static void put_check(struct arena *arena, struct letter *letter, const struct proof_said *said,
                      const struct proof_paper *paper)
{
    struct text step[] = {
        TEXT("Ask the partnership, or an agency that keeps a copy of the record, for the key of the record. Ask by another way "
             "than the one by which this page came to you. Compare it with the key above."),
        arena_format(arena, "Save the file %.*s. It is attached to this PDF.", TEXT_ARGS(paper->file_name)),
        TEXT("On any computer with the program Proviso, without a network, type:"),
    };
    struct text key = ledger_key_text(arena, &said->log_key);
    letter_heading(letter, 2, TEXT("How to check it yourself"));
    letter_steps(letter, step, sizeof step / sizeof *step);
    /* Copied from the page it can be typed as it stands: lines end where a shell lets them, and within quotes a long key may break. */
    letter_code(letter, arena_format(arena, "proviso ledger prove \\\n--check %.*s \\\n--log '%.*s'", TEXT_ARGS(paper->file_name),
                                     TEXT_ARGS(key)));
    if (said->witnesses)
        letter_paragraph(letter, TEXT("To check that a witness has signed it too, add --witness and the key of that witness, which its own agency gives you."));
    letter_paragraph(letter,
                     TEXT("It says again what stands on this page, or that it does not hold. It works for as long as you keep the file, "
                          "also after the decision itself has been destroyed."));
}

static void put_all(struct arena *arena, struct letter *letter, const struct proof_said *said, const struct proof_paper *paper)
{
    struct proof_line line[PROOF_LINES];
    letter_heading(letter, 1, TEXT("Receipt for a decision"));
    letter_paragraph(letter, arena_format(arena, "%.*s%sThis page tells what the record holds about one decision on sharing information, and how anybody can check it.",
                                          TEXT_ARGS(paper->partnership), paper->partnership.n ? ". " : ""));
    letter_heading(letter, 2, TEXT("What was decided"));
    put_lines(letter, line, proof_decision_lines(arena, said, paper->policy, line));
    put_personal(arena, letter, said);
    letter_heading(letter, 2, TEXT("What the record holds"));
    letter_paragraph(letter, proof_signed_words(arena, said));
    letter_paragraph(letter, arena_format(arena, "Checked by this service on %.*s. %.*s",
                                          TEXT_ARGS(proof_instant_words(arena, paper->checked_at)),
                                          TEXT_ARGS(proof_witness_words(arena, said))));
    put_lines(letter, line, proof_record_lines(arena, said, line));
    put_check(arena, letter, said, paper);
    if (letter_boxes(letter))
        letter_paragraph(letter, TEXT("Some letters on this page could not be printed and stand as boxes. The file has them all: the command above shows them."));
    letter_heading(letter, 2, TEXT("What this does not show"));
    letter_paragraph(letter, said->personal
                                 ? TEXT("That nothing else was decided or recorded later. This page and its file hold personal data: keep them as you "
                                        "would keep the case file.")
                                 : TEXT("Whom the decision is about and why it was made: neither this page nor its file holds that. Nor that nothing "
                                        "else was decided or recorded later."));
}

int proof_print(struct arena *arena, struct letter_press *press, const struct proof_said *said,
                const struct proof_paper *paper, struct text *pdf, struct error *error)
{
    if (!press)
        return error_set(error, ERROR_SYSTEM, "", "Tell the operator: the package fonts-liberation2 is missing. Take the proof as a file meanwhile.",
                         "PDF cannot be printed here");
    struct letter_about about = {.title = arena_format(arena, "Receipt for decision %.*s", TEXT_ARGS(said->decision_id)),
                                 .author = paper->partnership,
                                 .at = paper->checked_at};
    struct letter_file file = {paper->file_name, TEXT("The proof, for proviso ledger prove --check"), paper->file};
    for (size_t try = 0;; try++) {
        LETTER_SCOPE struct letter *letter = NULL;
        about.close = try == 1; /* what does not go on one page even so is set as usual */
        int result = letter_begin(press, &about, &letter, error);
        if (result)
            return result;
        put_all(arena, letter, said, paper);
        if (try == 2 || letter_pages(letter) == 1)
            return letter_finish(letter, &file, arena, pdf, error);
    }
}
