#ifndef WORK_SHARING_H
#define WORK_SHARING_H

#include "base/json.h"
#include "internal.h"
#include "decision/kept_answers.h"
#include "parcel.h"
#include "work/share.h"

/*
 * share.send on its way. One command may send from several cases: each decision has a share of its own, with receipts for
 * its own recipients, so that nobody gets what was not decided for them (docs/several.md).
 */

/* An item or document to be sent, opened. */
struct sent_thing {
    struct id id, link;                 /* link: of the row that says it is in a share */
    struct text nature, payload;        /* of an item; of a document */
    bool historical;
    int64_t size;
    size_t sealed; /* its place among the opened rows */
};

struct one_receipt {
    struct id id, agency;
    bool outside;
    struct own_key key; /* of its own where its share's is: no two rows are sealed under one own key */
    struct text sealed;
};

struct one_share {
    struct id id, decision_id, case_id;
    struct text name; /* the subject's; empty where it is not told */
    struct date born; /* so too: no year where it is not told, or not known */
    struct kept_answers answers; /* of the decision, one for each recipient */
    struct own_key key;
    struct text sealed;
    struct sent_thing *item, *document;
    size_t items, documents;
    struct one_receipt *receipt;
    size_t receipts;
};

struct share_send_ready {
    struct one_share *share;
    size_t shares;
    struct openings things; /* of all items, then of all documents */
    struct id pickup, picked, parcel_id; /* picked: the receipt that the parcel hangs on */
    struct text link, phrase, parcel; /* parcel: an age file, sealed under parcel_key */
    struct turn_key parcel_key;
    uint8_t link_hash[PARCEL_HASH], code_hash[PARCEL_HASH];
    int64_t expires_at;
};

/* The decisions, each with its share begun. ERROR_UNLAWFUL, ERROR_CONFLICT, ERROR_INVALID: they cannot be sent. */
int sharing_read(struct turn *turn, const struct share_send *in, struct share_send_ready *ready, struct error *error);

/* Puts each item and document into the shares of its case, and opens them. */
int sharing_gather(struct turn *turn, const struct share_send *in, struct share_send_ready *ready, struct error *error);

/* The parcel for whoever is outside the partnership, with a link and a phrase. */
int sharing_parcel(struct turn *turn, const struct share_send *in, struct share_send_ready *ready, struct error *error);

/* What one recipient was answered, if it is somebody outside. */
const struct kept_answer *sharing_outside(const struct one_share *share);

/* The limits that travel, from what one recipient was answered. */
void limits_write(struct json_writer *w, const struct kept_answer *answered);

#endif
