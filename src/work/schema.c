#include "work/schema.h"

/*
 * Columns named `sealed` (and `reply`) hold what is personal; the rest is plain index: ids, times, kinds, states. What
 * lies plain and why is listed in docs/sealed-and-plain.md.
 */
const char work_schema_1[] =
    "CREATE TABLE agency (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, domain TEXT NOT NULL,"
    "  added_at BIGINT NOT NULL) STRICT;"

    "CREATE TABLE post (id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id), title TEXT NOT NULL,"
    "  roles BIGINT NOT NULL, person TEXT NOT NULL, added_at BIGINT NOT NULL) STRICT;"
    "CREATE INDEX post_agency ON post (agency_id);"

    "CREATE TABLE subject (id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id),"
    "  key_id TEXT NOT NULL, sealed BLOB NOT NULL, added_at BIGINT NOT NULL) STRICT;"
    "CREATE TABLE subject_trigram (agency_id TEXT NOT NULL, trigram TEXT NOT NULL, subject_id TEXT NOT NULL,"
    "  PRIMARY KEY (agency_id, trigram, subject_id)) STRICT;"

    "CREATE TABLE case_file (id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id),"
    "  subject_id TEXT NOT NULL REFERENCES subject (id), opened_by TEXT NOT NULL REFERENCES post (id),"
    "  opened_at BIGINT NOT NULL, status TEXT NOT NULL) STRICT;"
    "CREATE INDEX case_agency ON case_file (agency_id, opened_at);"

    "CREATE TABLE need_to_know (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id),"
    "  post_id TEXT NOT NULL REFERENCES post (id), added_by TEXT NOT NULL REFERENCES post (id),"
    "  added_at BIGINT NOT NULL, until BIGINT) STRICT;"
    "CREATE INDEX need_case ON need_to_know (case_id, post_id);"
    "CREATE INDEX need_post ON need_to_know (post_id, case_id);"

    "CREATE TABLE item (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id),"
    "  recorded_by TEXT NOT NULL REFERENCES post (id), nature TEXT NOT NULL, historical BIGINT NOT NULL,"
    "  confidence TEXT NOT NULL, recorded_at BIGINT NOT NULL, key_id TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX item_case ON item (case_id, recorded_at);"

    "CREATE TABLE decision (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id),"
    "  agency_id TEXT NOT NULL REFERENCES agency (id), made_by TEXT NOT NULL REFERENCES post (id),"
    "  pack TEXT NOT NULL, pack_version TEXT NOT NULL, pack_sha256 TEXT NOT NULL, answered TEXT NOT NULL,"
    "  decided TEXT NOT NULL, differs BIGINT NOT NULL, recorded_at BIGINT NOT NULL, happened_at BIGINT,"
    "  key_id TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX decision_case ON decision (case_id, recorded_at);"
    "CREATE INDEX decision_agency ON decision (agency_id, recorded_at);"
    "CREATE TABLE decision_recipient (decision_id TEXT NOT NULL REFERENCES decision (id), agency_id TEXT,"
    "  outcome TEXT NOT NULL) STRICT;"
    "CREATE INDEX decision_recipients ON decision_recipient (decision_id);"

    "CREATE TABLE document (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id),"
    "  added_by TEXT NOT NULL REFERENCES post (id), size BIGINT NOT NULL, digest BLOB NOT NULL,"
    "  payload TEXT NOT NULL, added_at BIGINT NOT NULL, key_id TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX document_case ON document (case_id, added_at);"

    "CREATE TABLE share (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id),"
    "  decision_id TEXT NOT NULL REFERENCES decision (id), agency_id TEXT NOT NULL REFERENCES agency (id),"
    "  sent_by TEXT NOT NULL REFERENCES post (id), sent_at BIGINT NOT NULL, key_id TEXT NOT NULL,"
    "  sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX share_case ON share (case_id, sent_at);"
    "CREATE TABLE share_item (id TEXT PRIMARY KEY, share_id TEXT NOT NULL REFERENCES share (id),"
    "  item_id TEXT NOT NULL REFERENCES item (id)) STRICT;"
    "CREATE INDEX share_items ON share_item (share_id);"
    "CREATE TABLE share_document (id TEXT PRIMARY KEY, share_id TEXT NOT NULL REFERENCES share (id),"
    "  document_id TEXT NOT NULL REFERENCES document (id)) STRICT;"
    "CREATE INDEX share_documents ON share_document (share_id);"

    "CREATE TABLE receipt (id TEXT PRIMARY KEY, share_id TEXT NOT NULL REFERENCES share (id),"
    "  agency_id TEXT REFERENCES agency (id), post_id TEXT REFERENCES post (id), outside BIGINT NOT NULL,"
    "  state TEXT NOT NULL, sent_at BIGINT NOT NULL, opened_at BIGINT, confirmed_at BIGINT,"
    "  key_id TEXT NOT NULL, sealed BLOB NOT NULL, reply_key_id TEXT, reply BLOB) STRICT;"
    "CREATE INDEX receipt_share ON receipt (share_id);"
    "CREATE INDEX receipt_agency ON receipt (agency_id, sent_at);"

    "CREATE TABLE pickup (id TEXT PRIMARY KEY, receipt_id TEXT NOT NULL REFERENCES receipt (id),"
    "  link BLOB NOT NULL UNIQUE, code BLOB NOT NULL, parcel BLOB NOT NULL, link_medium TEXT NOT NULL,"
    "  phrase_medium TEXT NOT NULL, once BIGINT NOT NULL, expires_at BIGINT NOT NULL, failures BIGINT NOT NULL,"
    "  locked BIGINT NOT NULL, taken_at BIGINT) STRICT;"

    "CREATE TABLE notice (id TEXT PRIMARY KEY, post_id TEXT NOT NULL REFERENCES post (id), kind TEXT NOT NULL,"
    "  about TEXT NOT NULL, raised_at BIGINT NOT NULL, done_at BIGINT) STRICT;"
    "CREATE INDEX notice_post ON notice (post_id, raised_at);"

    "CREATE TABLE draft (id TEXT PRIMARY KEY, post_id TEXT NOT NULL REFERENCES post (id), journey TEXT NOT NULL,"
    "  key_id TEXT NOT NULL, sealed BLOB NOT NULL, saved_at BIGINT NOT NULL, expires_at BIGINT NOT NULL) STRICT;"
    "CREATE INDEX draft_post ON draft (post_id, saved_at);";

/* So that no list grows slower with the archive, and what may be once only is once only. */
const char work_schema_2[] =
    "CREATE UNIQUE INDEX share_decision ON share (decision_id);"
    "CREATE UNIQUE INDEX document_payload ON document (payload);"
    "CREATE INDEX notice_open ON notice (post_id, raised_at) WHERE done_at IS NULL;"
    "CREATE INDEX receipt_post ON receipt (agency_id, post_id, sent_at);"
    "CREATE INDEX pickup_receipt ON pickup (receipt_id);"
    "CREATE INDEX draft_expires ON draft (expires_at);"
    "DELETE FROM draft;" /* those of before were sealed under their entries' keys */
    "CREATE INDEX case_subject ON case_file (subject_id);";

/* What was decided at once about several people, or differently for several recipients. */
const char work_schema_7[] =
    "CREATE TABLE decision_together (id TEXT PRIMARY KEY, decision_id TEXT NOT NULL REFERENCES decision (id),"
    "  together TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX together_decision ON decision_together (decision_id);"
    "CREATE INDEX together_all ON decision_together (together);";

/*
 * The rules that apply. A day is an ISO date; from_day is empty where an adoption holds from the beginning.
 * policy_case names open cases whose answer a proposal would change: of ids only.
 */
const char work_schema_8[] =
    "CREATE TABLE policy_version (id TEXT PRIMARY KEY, pack TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, kept_at BIGINT NOT NULL) STRICT;"
    "CREATE INDEX policy_version_sha256 ON policy_version (sha256, kept_at);"
    "CREATE TABLE policy_file (id TEXT PRIMARY KEY, version_id TEXT NOT NULL REFERENCES policy_version (id),"
    "  name TEXT NOT NULL, content BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX policy_file_version ON policy_file (version_id, name);"

    "CREATE TABLE policy_adoption (id TEXT PRIMARY KEY, version_id TEXT NOT NULL REFERENCES policy_version (id),"
    "  from_day TEXT NOT NULL, state TEXT NOT NULL, reasons TEXT NOT NULL, proposed_by TEXT REFERENCES post (id),"
    "  proposed_at BIGINT NOT NULL, approved_by TEXT REFERENCES post (id), approved_at BIGINT,"
    "  withdrawn_by TEXT REFERENCES post (id), withdrawn_at BIGINT) STRICT;"
    "CREATE INDEX policy_adoption_from ON policy_adoption (state, from_day, approved_at);"

    "CREATE TABLE policy_effect (id TEXT PRIMARY KEY, adoption_id TEXT NOT NULL REFERENCES policy_adoption (id),"
    "  against_id TEXT NOT NULL REFERENCES policy_version (id), worked_at BIGINT NOT NULL, decisions BIGINT NOT NULL,"
    "  differing BIGINT NOT NULL, key_id TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX policy_effect_adoption ON policy_effect (adoption_id, worked_at);"
    "CREATE TABLE policy_case (effect_id TEXT NOT NULL REFERENCES policy_effect (id),"
    "  case_id TEXT NOT NULL REFERENCES case_file (id), PRIMARY KEY (effect_id, case_id)) STRICT;"
    "CREATE INDEX policy_case_case ON policy_case (case_id);"

    "CREATE TABLE policy_acknowledgement (id TEXT PRIMARY KEY,"
    "  adoption_id TEXT NOT NULL REFERENCES policy_adoption (id), post_id TEXT NOT NULL REFERENCES post (id),"
    "  at BIGINT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX policy_acknowledgement_post ON policy_acknowledgement (adoption_id, post_id);"

    "CREATE TABLE policy_review (id TEXT PRIMARY KEY, adoption_id TEXT NOT NULL REFERENCES policy_adoption (id),"
    "  reviewed_by TEXT NOT NULL REFERENCES post (id), at BIGINT NOT NULL, found TEXT NOT NULL,"
    "  next_day TEXT NOT NULL) STRICT;"
    "CREATE INDEX policy_review_adoption ON policy_review (adoption_id, at);";

/*
 * Forgetting. What is disposed of leaves a tombstone for each row, whose id is the row's, and one for each key of an entry.
 * `overwritten` remembers the entries that wrote a row before its last one, so that their keys can go with it.
 */
const char work_schema_12[] =
    "CREATE TABLE disposal (id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id), case_id TEXT NOT NULL,"
    "  kind TEXT NOT NULL, thing_id TEXT NOT NULL, rule TEXT NOT NULL, stands TEXT NOT NULL, paper TEXT NOT NULL,"
    "  media TEXT NOT NULL, state TEXT NOT NULL, proposed_by TEXT NOT NULL REFERENCES post (id),"
    "  proposed_at BIGINT NOT NULL, approved_by TEXT REFERENCES post (id), approved_at BIGINT,"
    "  withdrawn_by TEXT REFERENCES post (id), withdrawn_at BIGINT, epoch BIGINT, final_at BIGINT,"
    "  gone TEXT NOT NULL) STRICT;"
    "CREATE INDEX disposal_agency ON disposal (agency_id, proposed_at);"
    "CREATE INDEX disposal_waiting ON disposal (approved_at) WHERE state = 'waiting';"
    "CREATE TABLE tombstone (id TEXT PRIMARY KEY, disposal_id TEXT NOT NULL REFERENCES disposal (id),"
    "  tbl TEXT NOT NULL) STRICT;"
    "CREATE INDEX tombstone_disposal ON tombstone (disposal_id, tbl);"

    "CREATE TABLE legal_hold (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id),"
    "  agency_id TEXT NOT NULL REFERENCES agency (id), placed_by TEXT NOT NULL REFERENCES post (id),"
    "  placed_at BIGINT NOT NULL, until_day TEXT NOT NULL, lifted_by TEXT REFERENCES post (id), lifted_at BIGINT,"
    "  key_id TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX hold_case ON legal_hold (case_id);"
    "CREATE INDEX hold_agency ON legal_hold (agency_id, placed_at);"

    "CREATE TABLE overwritten (tbl TEXT NOT NULL, id TEXT NOT NULL, idx BIGINT NOT NULL,"
    "  PRIMARY KEY (tbl, id, idx)) STRICT;"
    "CREATE INDEX overwritten_entry ON overwritten (idx);"
    "CREATE INDEX written_entry ON written (idx);"
    "CREATE TABLE payload_due (payload TEXT PRIMARY KEY) STRICT;" /* of documents that are gone: to be deleted where they lie */
    "CREATE INDEX notice_about ON notice (about);"
    "CREATE INDEX share_item_item ON share_item (item_id);"
    "CREATE INDEX share_document_document ON share_document (document_id);"

    /* names are searched in both; one is written to while the other is emptied: see gate/forget.h */
    "CREATE TABLE subject_trigram_2 (agency_id TEXT NOT NULL, trigram TEXT NOT NULL, subject_id TEXT NOT NULL,"
    "  PRIMARY KEY (agency_id, trigram, subject_id)) STRICT;"
    "CREATE INDEX trigram_subject ON subject_trigram (subject_id);"
    "CREATE INDEX trigram_2_subject ON subject_trigram_2 (subject_id);"
    "CREATE TABLE trigram_side (id BIGINT PRIMARY KEY, second BIGINT NOT NULL) STRICT;"
    "INSERT INTO trigram_side (id, second) VALUES (1, 0);";

/* Of cases that were disposed of: what an effect found stays checkable against the hash that lies sealed in it. */
const char work_schema_13[] =
    "CREATE TABLE policy_case_gone (effect_id TEXT NOT NULL REFERENCES policy_effect (id), case_id TEXT NOT NULL,"
    "  PRIMARY KEY (effect_id, case_id)) STRICT;";

/*
 * PostgreSQL keeps examples of what lies in a column for its planner; of the pieces of names there are to be none. Both tables
 * are written anew: what was deleted from them before, the letters themselves in older versions, goes with their old files.
 */
const char work_schema_15_postgres[] =
    "ALTER TABLE subject_trigram ALTER COLUMN trigram TYPE TEXT USING trigram || '';"
    "ALTER TABLE subject_trigram ALTER COLUMN trigram SET STATISTICS 0;"
    "ALTER TABLE subject_trigram_2 ALTER COLUMN trigram TYPE TEXT USING trigram || '';"
    "ALTER TABLE subject_trigram_2 ALTER COLUMN trigram SET STATISTICS 0;";

/*
 * What lies in a parcel. The phrase that opens it is with somebody outside and cannot be destroyed, so the
 * age file lies sealed once more, under a key of its own. (`pickup.parcel` holds those of before, and nothing of later ones.)
 */
const char work_schema_18[] =
    "CREATE TABLE parcel (id TEXT PRIMARY KEY, pickup_id TEXT NOT NULL REFERENCES pickup (id), key_id TEXT NOT NULL,"
    "  sealed BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX parcel_pickup ON parcel (pickup_id);";
