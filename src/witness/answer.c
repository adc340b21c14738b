#include "answer.h"

#include "base/error.h"
#include "ledger/hash.h"
#include "ledger/witness.h"

#include <stdio.h>

/* "1234\n": decimal digits without leading zeroes. */
static bool read_size(struct text body, uint64_t *size)
{
    int64_t value;
    if (body.n < 2 || body.p[body.n - 1] != '\n')
        return false;
    body.n--;
    if (body.p[0] < '0' || (body.p[0] == '0' && body.n > 1) || !text_to_int64(body, &value))
        return false;
    *size = (uint64_t)value;
    return true;
}

static struct witness_answer refused(const char *problem)
{
    struct witness_answer answer = {.kind = WITNESS_REFUSED};
    snprintf(answer.problem, sizeof answer.problem, "%s", problem);
    return answer;
}

static struct witness_answer cosigned(struct arena *arena, const struct ledger_key *key, struct text note,
                                      struct text lines)
{
    struct witness_answer answer = {.kind = WITNESS_COSIGNED};
    struct ledger_note parsed;
    struct ledger_note_verdict verdict;
    struct error error;
    if (ledger_note_merge(arena, note, lines, key, 1, &answer.note, &error) != 0 ||
        ledger_note_parse(arena, answer.note, &parsed, &error) != 0 ||
        ledger_note_verify(&parsed, key, 1, &verdict, &error) != 0)
        return refused("it answered with something that is not its signature");
    answer.time = (uint64_t)ledger_note_time(verdict.time);
    return answer;
}

/* Whatever its case and its parameters. */
static bool is_size(struct text type)
{
    ptrdiff_t end = text_find_char(type, ';');
    return text_equal_fold(text_trim(text_cut(type, 0, end < 0 ? type.n : (size_t)end)), TEXT("text/x.tlog.size"));
}

struct witness_answer witness_answer_read(struct arena *arena, const struct ledger_key *key, struct text note,
                                          long status, struct text type, struct text body)
{
    struct witness_answer answer = {.kind = WITNESS_OTHER_SIZE};
    switch (status) {
    case 200:
        return cosigned(arena, key, note, body);
    case 409:
        if (!is_size(type) || !read_size(body, &answer.size)) {
            answer = refused("it has seen another checkpoint, and does not say which");
            answer.kind = WITNESS_CONFLICT;
            return answer;
        }
        snprintf(answer.problem, sizeof answer.problem, "it has seen %llu entries", (unsigned long long)answer.size);
        return answer;
    case 429:
    case 503:
        answer = refused("it is too busy, and is asked again later");
        answer.kind = WITNESS_LATER;
        return answer;
    case 400:
        return refused("it could not read what it was sent");
    case 403:
        return refused("it holds another key for this log, and does not know this signature");
    case 404:
        return refused("it does not witness this log: its operator must be given the log's key");
    case 422:
        return refused("it does not believe that the log has only grown: the proof did not hold");
    default:
        answer = refused("");
        snprintf(answer.problem, sizeof answer.problem, "it answered with status %ld", status);
        return answer;
    }
}
