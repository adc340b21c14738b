#ifndef WORK_CASE_ROWS_H
#define WORK_CASE_ROWS_H

#include "internal.h"

/*
 * The rows of cases that views give. A statement is CASE_SELECT("how many there are in all, or 0"), CASE_FROM, and which cases
 * `c` are meant; $2 is case_rows_today(). Of the decisions the last is the one that holds.
 */
#define CASE_SELECT(of)                                                                                        \
    "SELECT c.id, c.subject_id, c.status, c.opened_at, post.person, s.sealed, k.wrapped,"                      \
    " (SELECT count(*) FROM item WHERE item.case_id = c.id),"                                                  \
    " (SELECT count(*) FROM decision WHERE decision.case_id = c.id),"                                          \
    " (SELECT count(*) FROM share WHERE share.case_id = c.id),"                                                \
    " (SELECT count(*) FROM legal_hold h WHERE h.case_id = c.id AND h.lifted_at IS NULL"                       \
    "  AND (h.until_day = '' OR h.until_day >= $2)),"                                                          \
    " (SELECT count(*) FROM share a JOIN receipt r ON r.share_id = a.id WHERE a.case_id = c.id AND " UNANSWERED "),"     \
    " newest.id, newest.decided, newest.recorded_at, (SELECT max(recorded_at) FROM item WHERE item.case_id = c.id),"           \
    " (SELECT max(added_at) FROM document WHERE document.case_id = c.id), " of
#define CASE_FROM                                                                                              \
    " FROM case_file c JOIN subject s ON s.id = c.subject_id JOIN post ON post.id = c.opened_by"               \
    " LEFT JOIN record_key k ON k.id = s.key_id LEFT JOIN decision newest ON newest.id ="                          \
    " (SELECT d.id FROM decision d WHERE d.case_id = c.id ORDER BY d.recorded_at DESC, d.id DESC LIMIT 1)"

/* Nobody has said what they will do with it; somebody outside has not picked it up. */
#define UNANSWERED "((r.outside = 0 AND r.confirmed_at IS NULL) OR (r.outside <> 0 AND r.opened_at IS NULL))"

#define CASE_GIVES                                                                                             \
    FIELD(struct case_row, case_id, .label = "Case", .about = "case"),                                         \
    FIELD(struct case_row, subject_id, .label = "Subject", .about = "subject"),                                \
    FIELD(struct case_row, name, .label = "Name", .personal = true),                                           \
    FIELD(struct case_row, born, .label = "Born", .personal = true),                                           \
    FIELD(struct case_row, about, .label = "About", .personal = true),                                         \
    FIELD(struct case_row, status, .label = "Status"),                                                         \
    FIELD(struct case_row, opened_by, .label = "Opened by"),                                                   \
    FIELD(struct case_row, opened_at, .label = "Opened"),                                                      \
    FIELD(struct case_row, last_at, .label = "Last written down, added or decided"),                           \
    FIELD(struct case_row, items, .label = "Items of information"),                                            \
    FIELD(struct case_row, decisions, .label = "Decisions"),                                                   \
    FIELD(struct case_row, decision_id, .label = "The last decision", .about = "decision"),                    \
    FIELD(struct case_row, decided, .label = "What was decided last", .choices = decision_outcomes),           \
    FIELD(struct case_row, decided_at, .label = "The last decision recorded"),                                 \
    FIELD(struct case_row, shares, .label = "Shares"),                                                         \
    FIELD(struct case_row, unanswered, .label = "Shares that nobody has answered or picked up"),               \
    FIELD(struct case_row, holds, .label = "Legal holds on it that stand")

/* Who answers for the agency's cases, and may read them all. */
enum { ROLES_OF_CASES = ROLE_MANAGER | ROLE_LEAD };

/* The day on which a hold still stands. */
struct text case_rows_today(struct turn *turn);

/* Takes and opens the rows of a query. */
int case_rows_read(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct error *error);

#endif
