#include "inside.h"

#include "gate/log.h"
#include "gate/pack.h"
#include "proof/check.h"
#include "proof/receipt.h"

/* A proof of a decision as a file of its own: the tlog-proof, or the receipt that has it inside. */

static int print(struct call *call, const struct proof_said *said, struct text file, struct text *pdf, struct error *error)
{
    struct arena *arena = http_arena(call->request);
    const struct face *face = face_of(call->request);
    struct proof_paper paper = {.partnership = text_of(face->partnership),
                                .policy = gate_pack_title(face->gate, said->pack_sha256),
                                .checked_at = clock_now(),
                                .file = file,
                                .file_name = proof_file_name(arena, said, "tlog-proof")};
    return proof_print(arena, face->press, said, &paper, pdf, error);
}

static int hand_over(struct http_request *request, bool on_paper, struct error *error)
{
    struct call *call = call_of(request);
    struct arena *arena = http_arena(request);
    struct text_list keys;
    struct proof_said said;
    int result = call_look(call, http_route(request)->data, error);
    if (!result)
        result = gate_log_keys(gate_of(request), arena, &keys, error);
    if (result)
        return result;
    struct text file = VISIT_ROW(call->rows, struct decision_proof_row, 0)->proof;
    result = proof_check_texts(arena, file, keys.item, keys.n, &said, error);
    call->reply = file;
    call->type = on_paper ? "application/pdf" : "application/octet-stream";
    if (!result && on_paper)
        result = print(call, &said, file, &call->reply, error);
    if (!result)
        result = http_set_filename(request, proof_file_name(arena, &said, on_paper ? "pdf" : "tlog-proof"), error);
    return result ? result : call_settle(call, call_send_reply, error);
}

int proof_file_handler(struct http_request *request, struct error *error)
{
    return hand_over(request, false, error);
}

int proof_receipt_handler(struct http_request *request, struct error *error)
{
    return hand_over(request, true, error);
}
