#ifndef WORK_RECEIPT_H
#define WORK_RECEIPT_H

#include "work/view.h"

/*
 * A receipt is one recipient's end of a share: what came, with its limits, and what they say they will do. What one
 * command sent about several people arrives as one receipt for each: opening or answering one opens or answers all.
 */

struct receipt_row {
    struct id receipt_id;
    struct id arrival; /* the same for receipts that came at once; unset: it came alone */
    struct text sender, sender_post, sender_agency;
    struct text name; /* the subject's */
    struct date born;
    struct text state, state_words;
    struct instant sent_at, opened_at, confirmed_at;
};

struct receipt_of {
    struct id receipt_id;
};

struct receipt_full {
    struct id receipt_id, share_id;
    struct text sender, sender_post, sender_agency;
    struct text name, about;
    struct date born;
    struct text message;
    struct json_object limits; /* {"basis": [...], "obligations": [...], "consent": {...}} with words */
    struct text state, state_words, reply;
    struct instant sent_at, opened_at, confirmed_at;
};

struct receipt_item {
    struct text text, nature, confidence, provider;
    bool historical;
    struct instant happened_at, recorded_at;
};

struct receipt_document {
    struct id document_id;
    struct text name, type;
    int64_t size;
};

struct receipt_confirm {
    struct id receipt_id;
    struct text action; /* what they will do (BEX-07) */
};
struct receipt_confirmed {
    struct instant confirmed_at;
};

struct receipt_opened {
    bool first;
};

extern const struct command receipt_open_command, receipt_confirm_command;
extern const struct view receipt_list_view, receipt_read_view, receipt_items_view, receipt_documents_view;

#endif
