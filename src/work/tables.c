#include "work.h"

extern const struct derived policy_case_derived, subject_trigram_derived;

const struct command *const work_commands[] = {
    &agency_add_command,     &case_admit_command,  &case_open_command,       &decision_record_command,
    &document_attach_command, &draft_drop_command, &draft_save_command,      &item_record_command,
    &case_release_command,
    &notice_done_command,    &pickup_try_command,  &post_add_command,        &receipt_confirm_command,
    &receipt_open_command,   &share_send_command,
    &pack_acknowledge_command, &pack_approve_command, &pack_effect_keep_command, &pack_found_command,
    &pack_propose_command,   &pack_review_command, &pack_withdraw_command,   &pack_work_out_command,
    &disposal_approve_command, &disposal_final_command, &disposal_propose_command, &disposal_withdraw_command,
    &hold_lift_command,      &hold_place_command,  &hold_place_received_command,
    NULL,
};

const struct view *const work_views[] = {
    &advice_ask_view, &agency_list_view,     &case_agency_view,   &case_find_view,     &case_list_view,     &case_looks_view,    &case_people_view,   &case_read_view,
    &decision_agency_view, &decision_answer_view, &decision_list_view, &decision_path_view, &decision_proof_view,
    &decision_read_view,
    &document_list_view,
    &document_open_view,   &draft_list_view,    &draft_read_view,    &item_list_view,     &notice_list_view,
    &pickup_look_view,     &post_list_view,     &receipt_documents_view, &received_document_open_view,
    &receipt_items_view,   &receipt_list_view,  &receipt_read_view,  &share_list_view,    &subject_search_view,
    &pack_acknowledgements_view, &pack_changes_view, &pack_choices_view, &pack_effect_view, &pack_list_view,
    &pack_read_view,       &pack_reviews_view,
    &disposal_list_view,   &disposal_read_view, &hold_list_view,
    NULL,
};

_Static_assert(sizeof work_commands / sizeof *work_commands <= WORK_TABLE_MOST + 1, "as the header says");
_Static_assert(sizeof work_views / sizeof *work_views <= WORK_TABLE_MOST + 1, "as the header says");

const struct derived *const work_derived[] = {&policy_case_derived, &subject_trigram_derived, NULL};
