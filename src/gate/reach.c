#include "reach.h"

#include <stdio.h>

/*
 * Each kind of reach is one statement that gives the case behind the thing when the actor may reach it, and no row
 * when not. $1 the thing, $2 the actor's post, $3 the actor's agency, $4 whether the actor oversees the agency.
 */
#define NEEDS_TO_KNOW                                                                                          \
    "EXISTS (SELECT 1 FROM need_to_know n WHERE n.case_id = c.id AND n.post_id = $2 AND n.until IS NULL)"
#define MAY_REVIEW "(" NEEDS_TO_KNOW " OR (c.agency_id = $3 AND $4 <> 0))"
#define IS_RECIPIENT "(r.agency_id = $3 AND r.outside = 0 AND (r.post_id IS NULL OR r.post_id = $2 OR $4 <> 0))"

/* To take it is to say that one needs to know it: nobody but those who answer for the agency reads it before. */
#define HAS_TAKEN "(r.agency_id = $3 AND r.outside = 0 AND (r.post_id = $2 OR $4 <> 0))"

#define KNOWS_OF_DISPOSAL                                                                                      \
    "((d.agency_id = $3 AND $4 <> 0) OR EXISTS (SELECT 1 FROM notice n WHERE n.about = d.id AND n.post_id = $2))"

static const char *noun(enum reach reach)
{
    switch (reach) {
    case REACH_CASE:
    case REACH_CASES:
    case REACH_CASE_REVIEW:
    case REACH_CASE_OF_AGENCY:
        return "case";
    case REACH_DECISION:
    case REACH_DECISIONS:
        return "decision";
    case REACH_DOCUMENT:
        return "document";
    case REACH_RECEIPT:
    case REACH_RECEIPT_TAKEN:
        return "receipt";
    case REACH_DRAFT:
        return "draft";
    case REACH_NOTICE:
        return "notice";
    case REACH_DISPOSAL:
        return "disposal";
    case REACH_HOLD:
        return "hold";
    default:
        return "thing";
    }
}

#define ASK(sql) store_one(session, sql, STORE_BIND(id, post, agency, oversees), &rows, error)

/* Governance leads see no case, but read every decision of their agency, and decide with the others what is kept. */
static uint32_t governs(enum reach reach)
{
    return reach == REACH_DECISION || reach == REACH_CASE_OF_AGENCY || reach == REACH_DISPOSAL || reach == REACH_HOLD
               ? ROLE_GOVERNANCE
               : 0;
}

bool reach_of_list(enum reach reach)
{
    return reach == REACH_CASES || reach == REACH_DECISIONS;
}

int reach_judge_list(struct store_session *session, const struct actor *actor, enum reach reach, struct id_list things,
                     struct error *error)
{
    struct id case_id;
    int result = 0;
    for (size_t i = 0; !result && i < things.n; i++)
        result = reach_judge(session, actor, reach, &things.item[i], &case_id, error);
    return result;
}

/* Who may know of a disposal is told of it where they look for what is gone. 0: it was not disposed of, or is not theirs to know. */
static int reach_tell_disposed(struct store_session *session, const struct actor *actor, const struct id *thing,
                               struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct error ignored;
    if (store_one(session,
                  "SELECT d.approved_at, d.rule, p.person, a.person FROM tombstone t JOIN disposal d ON d.id = t.disposal_id"
                  " JOIN post p ON p.id = d.proposed_by JOIN post a ON a.id = d.approved_by WHERE t.id = $1 AND " KNOWS_OF_DISPOSAL,
                  STORE_BIND(STORE_TEXT(id_text(thing)), STORE_TEXT(id_text(&actor->post)), STORE_TEXT(id_text(&actor->agency)),
                             STORE_BOOL(actor->roles & (ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE))),
                  &rows, &ignored) != 0)
        return 0;
    struct turn then = {.now = store_int(rows, 0)};
    struct date day = turn_date(&then);
    char rule[120];
    snprintf(rule, sizeof rule, "%.*s", TEXT_ARGS(choice_label(disposal_rules, store_text(rows, 1))));
    return error_set(error, ERROR_MISSING, "disposed", "The list of what was destroyed tells more.",
                     "it was destroyed on %d %s %d. The rule: %s. It was proposed by %.*s and approved by %.*s", (int)day.day,
                     date_month(day.month), (int)day.year, rule, TEXT_ARGS(store_text(rows, 2)), TEXT_ARGS(store_text(rows, 3)));
}

int reach_judge(struct store_session *session, const struct actor *actor, enum reach reach, const struct id *thing,
                struct id *case_id, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct store_value id = STORE_TEXT(id_text(thing)), post = STORE_TEXT(id_text(&actor->post)),
                             agency = STORE_TEXT(id_text(&actor->agency)),
                             oversees = STORE_BOOL(actor->roles & (ROLE_MANAGER | ROLE_LEAD | governs(reach)));
    int result = 0;
    *case_id = (struct id){""};
    switch (reach) {
    case REACH_ANYTHING:
        return 0;
    case REACH_CASE:
    case REACH_CASES:
        result = ASK("SELECT c.id FROM case_file c WHERE c.id = $1 AND $3 <> '' AND $4 >= 0 AND " NEEDS_TO_KNOW);
        break;
    case REACH_CASE_REVIEW:
        result = ASK("SELECT c.id FROM case_file c WHERE c.id = $1 AND " MAY_REVIEW);
        break;
    case REACH_DECISION:
    case REACH_DECISIONS:
        result = ASK("SELECT c.id FROM decision d JOIN case_file c ON c.id = d.case_id WHERE d.id = $1 AND " MAY_REVIEW);
        break;
    case REACH_DOCUMENT:
        result = ASK("SELECT c.id FROM document d JOIN case_file c ON c.id = d.case_id WHERE d.id = $1 AND " MAY_REVIEW);
        break;
    case REACH_RECEIPT:
        result = ASK("SELECT s.case_id FROM receipt r JOIN share s ON s.id = r.share_id WHERE r.id = $1 AND " IS_RECIPIENT);
        break;
    case REACH_RECEIPT_TAKEN:
        result = ASK("SELECT s.case_id FROM receipt r JOIN share s ON s.id = r.share_id WHERE r.id = $1 AND " HAS_TAKEN);
        if (result == ERROR_MISSING && reach_judge(session, actor, REACH_RECEIPT, thing, case_id, error) == 0) {
            *case_id = (struct id){""};
            return error_set(error, ERROR_CONFLICT, "receipt_id", "Take it first: then it is yours to read.",
                             "nobody has taken this yet");
        }
        break;
    case REACH_DRAFT:
        result = ASK("SELECT '' FROM draft d WHERE d.id = $1 AND d.post_id = $2 AND $3 <> '' AND $4 >= 0");
        break;
    case REACH_CASE_OF_AGENCY:
        result = ASK("SELECT c.id FROM case_file c WHERE c.id = $1 AND c.agency_id = $3 AND $4 <> 0 AND $2 <> ''");
        break;
    case REACH_DISPOSAL:
        result = ASK("SELECT d.case_id FROM disposal d WHERE d.id = $1 AND " KNOWS_OF_DISPOSAL);
        break;
    case REACH_HOLD:
        result = ASK("SELECT h.case_id FROM legal_hold h WHERE h.id = $1 AND h.agency_id = $3 AND $4 <> 0 AND $2 <> ''");
        break;
    case REACH_NOTICE:
        result = ASK("SELECT '' FROM notice n WHERE n.id = $1 AND n.post_id = $2 AND $3 <> '' AND $4 >= 0");
        break;
    }
    if (result == ERROR_MISSING && reach_tell_disposed(session, actor, thing, error) == ERROR_MISSING)
        return ERROR_MISSING;
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_MISSING, "", "It may be somebody else’s, or it is gone. Look for it in your own list.",
                         "there is no such %s, or it is not yours to see", noun(reach));
    if (!result && rows)
        id_parse(store_text(rows, 0), case_id);
    return result;
}
