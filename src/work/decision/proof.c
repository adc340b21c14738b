#include "internal.h"

static int read_decision(struct turn *turn, const struct decision_proof *in, struct decision_proof_row *row,
                         struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT post.person, post.title, agency.name, d.pack, d.pack_version, d.pack_sha256, d.answered,"
                           " d.decided, d.recorded_at, d.happened_at FROM decision d JOIN post ON post.id = d.made_by"
                           " JOIN agency ON agency.id = d.agency_id WHERE d.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&in->decision_id))), &rows, error);
    if (result)
        return result;
    row->decision_id = in->decision_id;
    row->made_by = store_text_in(rows, 0, turn->arena);
    row->post = store_text_in(rows, 1, turn->arena);
    row->agency = store_text_in(rows, 2, turn->arena);
    row->pack = store_text_in(rows, 3, turn->arena);
    row->pack_version = store_text_in(rows, 4, turn->arena);
    row->pack_sha256 = store_text_in(rows, 5, turn->arena);
    row->answered = store_text_in(rows, 6, turn->arena);
    row->decided = store_text_in(rows, 7, turn->arena);
    row->recorded_at.at = store_int(rows, 8);
    row->happened_at.at = store_int(rows, 9);
    return 0;
}

static int decision_proof_look(struct turn *turn, const struct decision_proof *in, struct view_rows *out,
                               struct error *error)
{
    struct decision_proof_row *row = view_row(out);
    struct evidence evidence;
    int result = row ? read_decision(turn, in, row, error) : arena_error(turn->arena, error);
    if (!result)
        result = turn->prove(turn->opener, turn, &in->decision_id, in->with_reasons, &evidence, error);
    if (result)
        return result;
    row->entry = evidence.entry;
    row->entries = evidence.entries;
    row->log_key = evidence.key;
    row->proof = evidence.file;
    return 0;
}

static const struct field takes[] = {
    FIELD(struct decision_proof, decision_id, .label = "Decision", .required = true, .about = "decision"),
    FIELD(struct decision_proof, with_reasons, .label = "With reasons and facts",
          .hint = "The file then holds personal data."),
};
static const struct field gives[] = {
    FIELD(struct decision_proof_row, decision_id, .label = "Decision", .about = "decision"),
    FIELD(struct decision_proof_row, made_by, .label = "Decided by"),
    FIELD(struct decision_proof_row, post, .label = "Post"),
    FIELD(struct decision_proof_row, agency, .label = "Agency"),
    FIELD(struct decision_proof_row, pack, .label = "Policy"),
    FIELD(struct decision_proof_row, pack_version, .label = "Version of the policy"),
    FIELD(struct decision_proof_row, pack_sha256, .label = "Digest of the version"),
    FIELD(struct decision_proof_row, answered, .label = "What the policy says", .choices = decision_answers),
    FIELD(struct decision_proof_row, decided, .label = "What was decided", .choices = decision_outcomes),
    FIELD(struct decision_proof_row, recorded_at, .label = "Recorded"),
    FIELD(struct decision_proof_row, happened_at, .label = "Decided"),
    FIELD(struct decision_proof_row, entry, .label = "Its entry in the record, counted from 0"),
    FIELD(struct decision_proof_row, entries, .label = "Entries in the record when it was signed"),
    FIELD(struct decision_proof_row, log_key, .label = "Key of the record"),
    FIELD(struct decision_proof_row, proof, .label = "The proof, a file of its own", .max = 4194304, .personal = true),
};

VIEW(decision_proof, struct decision_proof, struct decision_proof_row, .name = "decision.proof",
     .title = "A proof of a decision, that anybody can check", TAKES(takes), GIVES(gives), .personal = true, .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_DECISION, .about = offsetof(struct decision_proof, decision_id)});
