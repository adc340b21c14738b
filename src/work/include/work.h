#ifndef WORK_H
#define WORK_H

/*
 * work: what the partnership does. Every change is a command, every look at personal data a view; this header gives
 * their tables and the shapes of what they take and give, and no function of theirs: only the gate may run one.
 */
#include "work/actor.h"
#include "work/command.h"
#include "work/derived.h"
#include "work/field.h"
#include "work/schema.h"
#include "work/shelf.h"
#include "work/turn.h"
#include "work/view.h"

#include "work/advice.h"
#include "work/agency.h"
#include "work/case.h"
#include "work/decision.h"
#include "work/disposal.h"
#include "work/document.h"
#include "work/draft.h"
#include "work/hold.h"
#include "work/item.h"
#include "work/notice.h"
#include "work/pack.h"
#include "work/pickup.h"
#include "work/receipt.h"
#include "work/share.h"

/* All of them, in the order of their names; NULL at the end. No more of either than this, so that they can be joined. */
enum { WORK_TABLE_MOST = 128 };
extern const struct command *const work_commands[];
extern const struct view *const work_views[];
extern const struct derived *const work_derived[];

#endif
