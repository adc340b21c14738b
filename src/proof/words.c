#include "proof/words.h"

#include "work.h"

struct lines {
    struct proof_line *line;
    size_t n;
};

/* What is not there has no line. */
static void add(struct lines *lines, const char *key, struct text value)
{
    if (value.n && lines->n < PROOF_LINES)
        lines->line[lines->n++] = (struct proof_line){text_of(key), value};
}

struct text proof_instant_words(struct arena *arena, int64_t instant)
{
    struct text here = instant_words(arena, instant), exact = instant_format(arena, instant);
    enum { DAY = sizeof "2026-09-30" - 1, CLOCK = sizeof "14:05:06" - 1 };
    if (!here.n || exact.n < DAY + 1 + CLOCK)
        return here;
    return arena_format(arena, "%.*s (%.*s %.*s UTC)", TEXT_ARGS(here), DAY, exact.p, CLOCK, exact.p + DAY + 1);
}

size_t proof_decision_lines(struct arena *arena, const struct proof_said *said, struct text policy,
                            struct proof_line line[PROOF_LINES])
{
    struct lines lines = {line, 0};
    add(&lines, "Decided", choice_label(decision_outcomes, said->decided));
    add(&lines, "The policy answered", choice_label(decision_answers, said->answered));
    add(&lines, "Decided by", said->by.n ? said->by : arena_format(arena, "the post %.*s", TEXT_ARGS(said->post_id)));
    add(&lines, "Their name", said->by_person);
    if (said->happened_at)
        add(&lines, "Decided on", proof_instant_words(arena, said->happened_at));
    add(&lines, "Recorded on", proof_instant_words(arena, said->recorded_at));
    add(&lines, "Under the policy",
        policy.n ? arena_format(arena, "%.*s (%.*s, version %.*s)", TEXT_ARGS(policy), TEXT_ARGS(said->pack),
                                TEXT_ARGS(said->pack_version))
                 : arena_format(arena, "%.*s, version %.*s", TEXT_ARGS(said->pack), TEXT_ARGS(said->pack_version)));
    add(&lines, "Fingerprint of the policy", said->pack_sha256);
    add(&lines, "Number of the decision", said->decision_id);
    return lines.n;
}

size_t proof_personal_lines(struct arena *arena, const struct proof_said *said, struct proof_line line[PROOF_LINES])
{
    struct lines lines = {line, 0};
    struct buffer facts = buffer_in(arena);
    add(&lines, "Reasons", said->reasons);
    add(&lines, "Talked over with", said->consulted);
    for (size_t i = 0; said->facts && i < said->facts->count; i++) {
        const struct json *value = &said->facts->item[i];
        buffer_format(&facts, "%s%.*s: ", i ? "; " : "", TEXT_ARGS(said->facts->key[i]));
        if (json_is(value, JSON_STRING) || json_is(value, JSON_NUMBER))
            buffer_text(&facts, value->text);
        else
            buffer_string(&facts, json_is(value, JSON_TRUE) ? "yes" : json_is(value, JSON_FALSE) ? "no" : "?");
    }
    add(&lines, "What was known", buffer_result(&facts));
    return lines.n;
}

size_t proof_record_lines(struct arena *arena, const struct proof_said *said, struct proof_line line[PROOF_LINES])
{
    struct lines lines = {line, 0};
    add(&lines, "Record", said->origin);
    add(&lines, "Entry",
        arena_format(arena, "%llu, counted from 0, of %llu", (unsigned long long)said->index, (unsigned long long)said->size));
    add(&lines, "Key of the record", ledger_key_text(arena, &said->log_key));
    add(&lines, "Its fingerprint", proof_fingerprint(arena, &said->log_key));
    return lines.n;
}

struct text proof_signed_words(struct arena *arena, const struct proof_said *said)
{
    return arena_format(arena,
                        "The record “%.*s” holds this decision as its entry %llu, and its key has signed the record up to entry %llu.",
                        TEXT_ARGS(said->origin), (unsigned long long)said->index, (unsigned long long)said->size - 1);
}

struct text proof_witness_words(struct arena *arena, const struct proof_said *said)
{
    struct buffer b = buffer_in(arena);
    if (!said->witnesses)
        return TEXT("No other agency has signed this state of the record yet: only the record’s own key vouches for it.");
    for (size_t i = 0; i < said->witnesses; i++) {
        struct text when = proof_instant_words(arena, said->witness[i].time * CLOCK_SECOND);
        buffer_format(&b, "%sThe witness “%.*s” saw this state of the record and signed it on %.*s.", i ? " " : "",
                      TEXT_ARGS(said->witness[i].name), TEXT_ARGS(when));
    }
    return buffer_failed(&b) ? (struct text){NULL, 0} : buffer_result(&b);
}
