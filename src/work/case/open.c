#include "internal.h"
#include "names.h"
#include "need.h"

struct case_open_ready {
    struct id case_id, subject_id, need_id;
    bool new_subject;
    struct text sealed;
    struct name_cut name;
};

/* A child not yet born is expected within this; a day beyond it is a slip of the finger, or else the clock is behind. */
enum { EXPECTED_WITHIN = 300 };

static int known_subject(struct turn *turn, const struct id *subject, struct error *error)
{
    int64_t there;
    int result = store_one_int(turn->session, "SELECT 1 FROM subject WHERE id = $1 AND agency_id = $2",
                               STORE_BIND(STORE_TEXT(id_text(subject)), STORE_TEXT(id_text(&turn->actor->agency))),
                               &there, error);
    return result == ERROR_MISSING ? error_set(error, ERROR_MISSING, "subject_id", "Search for the person again.",
                                               "your agency knows no such person")
                                   : result;
}

static int case_open_prepare(struct turn *turn, const struct case_open *in, struct case_open_ready **out,
                             struct error *error)
{
    struct case_open_ready *ready = *out = ARENA_NEW(turn->arena, struct case_open_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->case_id = turn_id(turn);
    ready->need_id = turn_id(turn);
    if (id_is_set(&in->subject_id)) {
        ready->subject_id = in->subject_id;
        return known_subject(turn, &in->subject_id, error);
    }
    struct text name = text_trim(name_in_order(turn->arena, in->name));
    if (name.n == 0)
        return error_set(error, ERROR_INVALID, "name", "If you do not know it, write what you know, for example 'boy, about 6'.",
                         "who is it about? A name is needed");
    if (in->born.year && date_to_days(in->born) > date_to_days(date_of_instant(turn->lasts_from)) + EXPECTED_WITHIN)
        return error_set(error, ERROR_INVALID, "born", "Look at the year. For a child not yet born, give the day it is expected.",
                         "the date of birth lies more than ten months in the future");
    ready->new_subject = true;
    ready->subject_id = turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "name", name);
    if (in->born.year)
        json_member_text(&w, "born", date_format(turn->arena, in->born));
    json_member_text(&w, "about", in->about);
    int result = SEAL_END(turn, w, "subject", &ready->subject_id, &ready->sealed, error);
    return result ? result : name_cut(turn, id_text(&turn->actor->agency), name, &ready->name, error);
}

static int write_subject(struct turn *turn, const struct case_open_ready *ready, struct error *error)
{
    int result = store_run(
        turn->session, "INSERT INTO subject (id, agency_id, key_id, sealed, added_at) VALUES ($1, $2, $3, $4, $5)",
        STORE_BIND(STORE_TEXT(id_text(&ready->subject_id)), STORE_TEXT(id_text(&turn->actor->agency)), KEY_ID(turn),
                   SEALED_BYTES(ready->sealed), STORE_INT(turn->now)),
        NULL, error);
    if (!result)
        result = turn_wrote(turn, "subject", &ready->subject_id, error);
    return result ? result
                  : name_index_add(turn, id_text(&turn->actor->agency), id_text(&ready->subject_id), &ready->name, error);
}

static int case_open_apply(struct turn *turn, const struct case_open *in, const struct case_open_ready *ready,
                           struct case_opened *out, struct error *error)
{
    (void)in;
    int result = ready->new_subject ? write_subject(turn, ready, error) : 0;
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO case_file (id, agency_id, subject_id, opened_by, opened_at, status)"
                           " VALUES ($1, $2, $3, $4, $5, 'open')",
                           STORE_BIND(STORE_TEXT(id_text(&ready->case_id)), STORE_TEXT(id_text(&turn->actor->agency)),
                                      STORE_TEXT(id_text(&ready->subject_id)), STORE_TEXT(id_text(&turn->actor->post)),
                                      STORE_INT(turn->now)),
                           NULL, error);
    if (!result)
        result = turn_wrote(turn, "case_file", &ready->case_id, error);
    if (!result)
        result = need_to_know_add(turn, &ready->need_id, &ready->case_id, &turn->actor->post, error);
    out->case_id = ready->case_id;
    out->subject_id = ready->subject_id;
    return result;
}

static const struct field takes[] = {
    FIELD(struct case_open, subject_id, .label = "Somebody your agency knows already", .about = "subject"),
    FIELD(struct case_open, name, .label = "What is the child’s name?",
          .hint = "If you do not know it, write what you know, for example ‘boy, about 6’.", .personal = true),
    FIELD(struct case_open, born, .label = "Date of birth",
          .hint = "Leave it empty if you do not know it. For a child not yet born, the day it is expected.",
          .personal = true),
    FIELD(struct case_open, about, .label = "What else tells them from another person?",
          .hint = "School, address, other names.", .max = 1000, .personal = true),
};
static const struct field gives[] = {
    FIELD(struct case_opened, case_id, .label = "Case", .about = "case"),
    FIELD(struct case_opened, subject_id, .label = "Subject", .about = "subject"),
};

COMMAND(case_open, struct case_open, struct case_opened, struct case_open_ready, .name = "case.open",
        .title = "Open a case about a person", TAKES(takes), GIVES(gives), .may = {.roles = ROLES_STAFF});
