#include "proof.h"

#include "gate/log.h"
#include "gate/pack.h"
#include "pages/proof.h"
#include "proof/check.h"
#include "proof/receipt.h"
#include "proof/words.h"
#include "words.h"

/* A proof that was made and then checked, as anybody else would check it: the page says what the check gave. */
struct proved {
    const struct decision_proof_row *row;
    struct proof_said said;
    struct text policy; /* title of the version */
};

static bool with_reasons(struct asking *asking)
{
    return text_equal(http_pairs_get(http_query(asking->request), "reasons"), TEXT("yes"));
}

static int prove(struct asking *asking, struct proved *out, struct error *error)
{
    struct decision_proof in = {.with_reasons = with_reasons(asking)};
    struct gate *gate = asking->face->gate;
    struct text_list keys;
    struct view_rows rows;
    int result = asking_id(asking, "decision", &in.decision_id, error);
    if (!result)
        result = asking_look(asking, &decision_proof_view, &in, &rows, error);
    if (!result)
        result = gate_log_keys(gate, asking->arena, &keys, error);
    if (result)
        return result;
    out->row = VISIT_ROW(rows, struct decision_proof_row, 0);
    result = proof_check_texts(asking->arena, out->row->proof, keys.item, keys.n, &out->said, error);
    out->policy = gate_pack_title(gate, out->said.pack_sha256);
    return result;
}

/* ---- the page ---- */

static const struct shape_row *rows_of(struct arena *arena, const struct proof_line *line, size_t n)
{
    struct shape_row *rows = ARENA_ARRAY(arena, struct shape_row, n);
    for (size_t i = 0; rows && i < n; i++)
        rows[i] = (struct shape_row){.key = line[i].key, .value = line[i].value};
    return rows;
}

enum { RECORDED, IN_LOG, SIGNED, COSIGNED, STEPS };
enum { STEP_HEIGHT = 64, STEP_TOP = 18, DISC = 10 };

static struct text cosigned_when(struct arena *arena, const struct proof_said *said)
{
    return said->witnesses ? instant_words(arena, said->witness[0].time * CLOCK_SECOND) : TEXT("");
}

static void show_steps(struct arena *arena, const struct proved *proved, struct page_proof_steps step[STEPS],
                       struct shape_event event[STEPS])
{
    const struct proof_said *said = &proved->said;
    static const char *const labels[STEPS] = {"Recorded", "In the log", "Signed by the record’s key",
                                              "Signed by other agencies"};
    struct text recorded = instant_words(arena, said->recorded_at);
    struct text when[STEPS] = {recorded, arena_format(arena, "as entry %llu of %llu", (unsigned long long)said->index,
                                                      (unsigned long long)said->size),
                               TEXT("before it was acknowledged"), cosigned_when(arena, said)};
    struct text body[STEPS] = {
        TEXT("The service took the decision and wrote it down."),
        arena_format(arena, "It is entry %llu of %llu, counted from 0. The log only grows: if the entry were changed or taken out, this "
                            "proof would no longer fit what the log signs.",
                     (unsigned long long)said->index, (unsigned long long)said->size),
        proof_signed_words(arena, said), proof_witness_words(arena, said)};
    for (int i = 0; i < STEPS; i++) {
        int64_t y = STEP_TOP + i * STEP_HEIGHT;
        bool done = i != COSIGNED || said->witnesses > 0, last = i == STEPS - 1;
        step[i] = (struct page_proof_steps){.y = y,
                                            .to = last ? 0 : y + DISC,
                                            .ends = last ? 0 : y + STEP_HEIGHT - DISC,
                                            .label = text_of(labels[i]),
                                            .when = done ? when[i] : TEXT("not yet"),
                                            .line = y + 20,
                                            .done = done};
        event[i] = (struct shape_event){.title = text_of(labels[i]),
                                        .at = i == RECORDED || i == COSIGNED ? when[i] : TEXT(""),
                                        .body = body[i]};
    }
}

static int page_show(struct asking *asking, struct error *error)
{
    struct proved proved;
    struct proof_line decision[PROOF_LINES], record[PROOF_LINES];
    struct page_proof_steps step[STEPS];
    struct shape_event event[STEPS];
    int result = prove(asking, &proved, error);
    if (result)
        return result;
    struct arena *arena = asking->arena;
    size_t decisions = proof_decision_lines(arena, &proved.said, proved.policy, decision),
           records = proof_record_lines(arena, &proved.said, record);
    const struct shape_row *decision_rows = rows_of(arena, decision, decisions), *record_rows = rows_of(arena, record, records);
    if (!decision_rows || !record_rows)
        return arena_error(arena, error);
    show_steps(arena, &proved, step, event);
    WRITE(asking, proof, .frame = asking_frame(asking, "/"), .id = id_text(&proved.row->decision_id),
          .decision = decision_rows, .decision_n = decisions, .record = record_rows, .record_n = records, .steps = step,
          .steps_n = STEPS, .height = STEP_TOP + STEPS * STEP_HEIGHT - 20, .events = event, .events_n = STEPS,
          .checked = words_time(arena, (struct instant){clock_now()}), .witnessed = proved.said.witnesses > 0);
    return 0;
}

const struct page proof_page = {page_show, NULL, NULL};

/* ---- what is taken away ---- */

static int hand_over(struct asking *asking, const char *type, struct text name, struct text content, struct error *error)
{
    int result = name.p ? http_set_filename(asking->request, name, error) : arena_error(asking->arena, error);
    asking->replied = !result;
    return result ? result : http_reply(asking->request, 200, type, content, error);
}

static int file_show(struct asking *asking, struct error *error)
{
    struct proved proved;
    int result = prove(asking, &proved, error);
    return result ? result
                  : hand_over(asking, "application/octet-stream",
                              proof_file_name(asking->arena, &proved.said, "tlog-proof"), proved.row->proof, error);
}

const struct page proof_file_page = {file_show, NULL, NULL};

static int receipt_show(struct asking *asking, struct error *error)
{
    struct proved proved;
    struct text pdf;
    int result = prove(asking, &proved, error);
    if (result)
        return result;
    struct proof_paper paper = {.partnership = text_of(asking->face->partnership),
                                .policy = proved.policy,
                                .checked_at = clock_now(),
                                .file = proved.row->proof,
                                .file_name = proof_file_name(asking->arena, &proved.said, "tlog-proof")};
    result = proof_print(asking->arena, asking->face->press, &proved.said, &paper, &pdf, error);
    return result ? result
                  : hand_over(asking, "application/pdf", proof_file_name(asking->arena, &proved.said, "pdf"), pdf, error);
}

const struct page proof_receipt_page = {receipt_show, NULL, NULL};
