#ifndef WORK_DISPOSAL_INSIDE_H
#define WORK_DISPOSAL_INSIDE_H

#include "pack/rules.h"
#include "work/disposal.h"

enum { ROLES_DISPOSE = ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE };

/* What is to go: of `kind` (disposal_kinds), named by its own id; of a whole case, the case. */
struct thing {
    struct text kind;
    struct id case_id, id;
};

/* A row that goes with it, and the keys that it was sealed under. */
struct doomed {
    const char *table;
    struct id id, key, second_key; /* unset: none */
};
struct doom {
    struct doomed *row;
    size_t n, room;
    struct id *pickup; /* parcels that hold a part of it and hang on something that stays: they are emptied */
    size_t pickups, pickups_room;
};

/* Every row that goes, as the session sees it now. ERROR_CONFLICT: the thing is not there any more. */
int doom_find(struct turn *turn, const struct thing *thing, struct doom *doom, struct error *error);

/* In apply: destroys rows and keys, writes the tombstones. */
int doom_carry_out(struct turn *turn, const struct id *disposal, const struct doom *doom, struct error *error);

/* "3 items", "1 decision": what a person would count. */
int doom_count(struct turn *turn, const struct doom *doom, struct text_list *out, struct error *error);

/* ---- one disposal, as its row has it ---- */
struct disposal {
    struct id id, proposed_by;
    struct text agency, state, proposer, proposer_agency;
    struct thing thing;
};
int disposal_find(struct turn *turn, const struct id *id, struct disposal *out, struct error *error);

/*
 * Of the receipts of a thing, the same query for whichever kind it is: `columns` is of r, the receipt; `and` goes on behind the
 * WHERE. What was sent of a case or decision, or what an item or document was sent with.
 */
#define OF_SHARES(key) " FROM share s JOIN receipt r ON r.share_id = s.id WHERE s." key " = $1"
#define OF_PARTS(table, key) " FROM " table " x JOIN receipt r ON r.share_id = x.share_id WHERE x." key " = $1"
#define RECEIPTS_OF(session, thing, columns, and, rows, error)                                                                  \
    (text_equal((thing)->kind, TEXT("case"))                                                                                    \
         ? store_query(session, columns OF_SHARES("case_id") and, STORE_BIND(STORE_TEXT(id_text(&(thing)->id))), rows, error)   \
     : text_equal((thing)->kind, TEXT("decision"))                                                                              \
         ? store_query(session, columns OF_SHARES("decision_id") and, STORE_BIND(STORE_TEXT(id_text(&(thing)->id))), rows, error) \
     : text_equal((thing)->kind, TEXT("item"))                                                                                  \
         ? store_query(session, columns OF_PARTS("share_item", "item_id") and, STORE_BIND(STORE_TEXT(id_text(&(thing)->id))),   \
                       rows, error)                                                                                             \
         : store_query(session, columns OF_PARTS("share_document", "document_id") and,                                          \
                       STORE_BIND(STORE_TEXT(id_text(&(thing)->id))), rows, error))

/* Is the thing held, today? ERROR_CONFLICT says by whom. */
int holds_check(struct turn *turn, const struct id *case_id, struct error *error);

#endif
