#ifndef WORK_SCHEMA_H
#define WORK_SCHEMA_H

#include "store/migrate.h"

/* The tables of the partnership's work, from its first migration on. The gate joins them to its own. */
extern const char work_schema_1[], work_schema_2[], work_schema_7[], work_schema_8[], work_schema_12[], work_schema_13[],
    work_schema_15_postgres[], work_schema_18[];

/*
 * The ledgered tables: every row of these is committed to by the entry of the command that wrote it, and checked by
 * `ledger verify`. X(table, "columns in order", "their kinds": t text, i integer, b bytes). Each has a TEXT key `id`
 * that comes first.
 */
#define WORK_LEDGERED(X)                                                                                       \
    X(agency, "id, name, kind, domain, added_at", "tttti")                                                     \
    X(post, "id, agency_id, title, roles, person, added_at", "tttiti")                                         \
    X(subject, "id, agency_id, key_id, sealed, added_at", "tttbi")                                             \
    X(case_file, "id, agency_id, subject_id, opened_by, opened_at, status", "ttttit")                          \
    X(need_to_know, "id, case_id, post_id, added_by, added_at, until", "ttttii")                               \
    X(item, "id, case_id, recorded_by, nature, historical, confidence, recorded_at, key_id, sealed",           \
      "ttttititb")                                                                                             \
    X(decision,                                                                                                \
      "id, case_id, agency_id, made_by, pack, pack_version, pack_sha256, answered, decided, differs, "         \
      "recorded_at, happened_at, key_id, sealed",                                                              \
      "tttttttttiiitb")                                                                                        \
    X(decision_together, "id, decision_id, together", "ttt")                                                   \
    X(document, "id, case_id, added_by, size, digest, payload, added_at, key_id, sealed", "tttibtitb")         \
    X(share, "id, case_id, decision_id, agency_id, sent_by, sent_at, key_id, sealed", "tttttitb")              \
    X(share_item, "id, share_id, item_id", "ttt")                                                              \
    X(share_document, "id, share_id, document_id", "ttt")                                                      \
    X(receipt,                                                                                                 \
      "id, share_id, agency_id, post_id, outside, state, sent_at, opened_at, confirmed_at, key_id, sealed, "   \
      "reply_key_id, reply",                                                                                   \
      "tttt" "itiii" "tb" "tb")                                                                                \
    X(pickup,                                                                                                  \
      "id, receipt_id, link, code, parcel, link_medium, phrase_medium, once, expires_at, failures, locked, "   \
      "taken_at",                                                                                              \
      "ttbbb" "tt" "iiiii")                                                                                    \
    X(parcel, "id, pickup_id, key_id, sealed", "tttb")                                                         \
    X(notice, "id, post_id, kind, about, raised_at, done_at", "ttttii")                                        \
    X(policy_version, "id, pack, version, title, sha256, digest, kept_at", "tttttti")                          \
    X(policy_file, "id, version_id, name, content", "tttb")                                                    \
    X(policy_adoption,                                                                                         \
      "id, version_id, from_day, state, reasons, proposed_by, proposed_at, approved_by, approved_at, "         \
      "withdrawn_by, withdrawn_at",                                                                            \
      "tttttt" "iti" "ti")                                                                                     \
    X(policy_effect,                                                                                           \
      "id, adoption_id, against_id, worked_at, decisions, differing, key_id, sealed", "tttiiitb")              \
    X(policy_acknowledgement, "id, adoption_id, post_id, at", "ttti")                                          \
    X(policy_review, "id, adoption_id, reviewed_by, at, found, next_day", "tttitt")                            \
    X(disposal,                                                                                                \
      "id, agency_id, case_id, kind, thing_id, rule, stands, paper, media, state, proposed_by, proposed_at, "  \
      "approved_by, approved_at, withdrawn_by, withdrawn_at, epoch, final_at, gone",                           \
      "tttttttttt" "ti" "ti" "ti" "iit")                                                                       \
    X(tombstone, "id, disposal_id, tbl", "ttt")                                                                \
    X(legal_hold,                                                                                              \
      "id, case_id, agency_id, placed_by, placed_at, until_day, lifted_by, lifted_at, key_id, sealed",         \
      "ttttittitb")

/*
 * Rows that may go again without a trace: nobody is to find out later that a draft was dropped, nor what was in it. While
 * one lives it is checked as the others are.
 */
#define WORK_PASSING(X) X(draft, "id, post_id, journey, key_id, sealed, saved_at, expires_at", "ttttbii")

#endif
