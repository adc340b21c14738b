#include "account/sessions.h"
#include "inside.h"
#include "keys.h"
#include "packs/packs.h"
#include "proof_inside.h"
#include "reach.h"
#include "upload.h"
#include "waiting.h"
#include "writer/writer.h"

#include "gate/form.h"
#include "gate/log.h"
#include "store.h"

#include <string.h>

int visit_begin(struct gate *gate, struct arena *arena, struct visit **out, struct error *error)
{
    struct visit *visit = *out = ARENA_NEW(arena, struct visit);
    if (!visit)
        return arena_error(arena, error);
    visit->gate = gate;
    visit->arena = arena;
    visit->actor.roles = ROLE_VISITOR;
    return 0;
}

/* What it holds lies in the arena. */
void visit_end(struct visit **visit)
{
    *visit = NULL;
}

static int become(struct visit *visit, struct text token, enum session_kind kind, struct error *error)
{
    struct session session = {0};
    uint8_t hash[32];
    int64_t now = gate_now(visit->gate);
    session_hash(token, hash);
    uint64_t generation = sessions_generation(visit->gate->sessions);
    if (!sessions_find(visit->gate->sessions, hash, now, visit->gate->idle, &session)) {
        int result = session_load(visit->gate, hash, now, &session, error);
        if (result)
            return result;
        sessions_add(visit->gate->sessions, &session, generation);
    }
    if (session.expires_at == 0 || session.kind != kind)
        return error_set(error, ERROR_UNAUTHENTICATED, "", kind == SESSION_WEB ? "Sign in again." : "Make a new token.",
                         kind == SESSION_WEB ? "your session has ended" : "this token is not valid, or no longer");
    visit->actor = session.actor;
    visit->form_token = arena_text(visit->arena, text_of(session.form_token));
    memcpy(visit->session, hash, sizeof hash);
    visit->has_session = true;
    return visit->form_token.p ? 0 : arena_error(visit->arena, error);
}

int visit_by_session(struct visit *visit, struct text token, struct error *error)
{
    return become(visit, token, SESSION_WEB, error);
}

int visit_by_bearer(struct visit *visit, struct text token, struct error *error)
{
    return become(visit, token, SESSION_BEARER, error);
}

void visit_as_operator(struct visit *visit)
{
    visit->actor = (struct actor){.roles = ROLE_ADMINISTRATOR, .name = "Operator", .title = "Operator"};
}

const struct actor *visit_actor(const struct visit *visit)
{
    return &visit->actor;
}

struct text visit_form_token(const struct visit *visit)
{
    return visit->form_token;
}

static struct id *thing_at(const void *in, size_t offset)
{
    return (struct id *)((uintptr_t)in + offset);
}

static const struct policy_pack *pack_of(const void *gate, struct text hash)
{
    return gate_pack_of((struct gate *)(uintptr_t)gate, hash);
}

static const struct id_list *things_at(const void *in, size_t offset)
{
    return (const struct id_list *)((uintptr_t)in + offset);
}

static struct turn turn_of(struct visit *visit, struct store_session *session)
{
    int64_t now = gate_now(visit->gate), seen = age_look(visit->gate, now);
    struct turn turn = {
        .arena = visit->arena,
        .session = session,
        .actor = &visit->actor,
        .now = now,
        .passed = now < seen ? now : seen,
        .lasts_from = now > seen ? now : seen,
        .shelf = &visit->gate->shelf,
        .opener = visit->gate,
        .open_keys = keys_open,
        .fresh_key = keys_fresh,
        .pack_of = pack_of,
        .prove = proof_for_turn,
    };
    turn.pack = packs_on(visit->gate, date_to_days(turn_date(&turn)), &turn.pack_digest);
    return turn;
}

static int judge_role(const struct visit *visit, const struct grant *may, struct error *error)
{
    if (visit->actor.roles & may->roles)
        return 0;
    if (visit->actor.roles & ROLE_VISITOR)
        return error_set(error, ERROR_UNAUTHENTICATED, "", "Sign in.", "you are not signed in");
    return error_set(error, ERROR_FORBIDDEN, "", "Ask your manager or designated lead.", "your role does not allow this");
}

static int judge_reach(struct visit *visit, struct store_session *session, const struct grant *may, const void *in,
                       struct id *case_id, struct error *error)
{
    *case_id = (struct id){""};
    if (may->reach == REACH_ANYTHING)
        return 0;
    if (reach_of_list(may->reach))
        return reach_judge_list(session, &visit->actor, may->reach, *things_at(in, may->about), error);
    return reach_judge(session, &visit->actor, may->reach, thing_at(in, may->about), case_id, error);
}

int visit_may(struct visit *visit, const struct grant *may, const void *in, struct error *error)
{
    struct id case_id;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = judge_role(visit, may, error);
    if (!result)
        result = store_reader(visit->gate->store, &session, error);
    return result ? result : judge_reach(visit, session, may, in, &case_id, error);
}

/* The first of what is wrong with what was given, as the error. */
static int check(struct visit *visit, const struct field *fields, size_t n, const void *in, struct error *error)
{
    struct form_errors errors = {0};
    return form_check(visit->arena, fields, n, in, &errors, error);
}

static int remember_look(struct visit *visit, const struct look *look, struct error *error)
{
    struct look *grown = arena_more(visit->arena, visit->look, visit->looks, &visit->looks_room, sizeof *grown);
    if (!grown)
        return arena_error(visit->arena, error);
    visit->look = grown;
    visit->look[visit->looks++] = *look;
    return 0;
}

/* One look for each case among the rows: whoever asks who looked at the case finds it. */
static int remember_each(struct visit *visit, const struct view *view, const struct view_rows *rows, int64_t now,
                         struct error *error)
{
    const struct field *field = form_field(view->gives, view->gives_n, "case_id");
    size_t first = visit->looks;
    int result = 0;
    for (size_t i = 0; field && !result && i < rows->n; i++) {
        const struct id *case_id = thing_at(rows->item + i * rows->row_size, field->offset);
        bool known = !id_is_set(case_id); /* about nothing that is on record */
        for (size_t k = first; k < visit->looks && !known; k++)
            known = id_equal(&visit->look[k].case_id, case_id);
        struct look look = {.view = view->name, .about = *case_id, .case_id = *case_id, .at = now};
        if (!known)
            result = remember_look(visit, &look, error);
    }
    return result;
}

static int remember(struct visit *visit, const struct view *view, const void *in, const struct view_rows *rows,
                    const struct id *case_id, int64_t now, struct error *error)
{
    if (view->each)
        return remember_each(visit, view, rows, now, error);
    struct look look = {.view = view->name, .case_id = *case_id, .at = now};
    if (view->may.reach != REACH_ANYTHING)
        look.about = *thing_at(in, view->may.about);
    return remember_look(visit, &look, error);
}

int visit_look(struct visit *visit, const struct view *view, const void *in, struct view_rows *rows,
               struct error *error)
{
    struct id case_id;
    int result = judge_role(visit, &view->may, error); /* first: who may not is not told what was wrong */
    if (!result)
        result = check(visit, view->takes, view->takes_n, in, error);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct text checkpoint = {NULL, 0};
    if (!result && view == &decision_proof_view) /* before the picture, which then has all that it covers */
        result = gate_checkpoint(visit->gate, visit->arena, &checkpoint, error);
    unsigned entered = keys_enter(visit->gate);
    if (!result)
        result = store_reader(visit->gate->store, &session, error);
    if (!result)
        result = store_begin(session, STORE_READ, error); /* one picture for judging and looking */
    if (!result)
        result = judge_reach(visit, session, &view->may, in, &case_id, error);
    if (!result) {
        *rows = (struct view_rows){.arena = visit->arena, .row_size = view->row_size};
        struct turn turn = turn_of(visit, session);
        turn.checkpoint = checkpoint;
        result = view->look(&turn, in, rows, error);
        if (!result && view->one && rows->n != 1)
            result = error_set(error, ERROR_MISSING, "", "", "there is no such thing, or it is not yours to see");
        if (!result && view->personal && rows->n > 0)
            result = remember(visit, view, in, rows, &case_id, turn.now, error);
    }
    store_rollback(session);
    keys_leave(visit->gate, entered);
    return result;
}

static void refuse(struct visit *visit, struct visit_done done, int result, const struct error *error)
{
    atomic_fetch_add(&visit->gate->refused, 1);
    done.call(done.context, result, error);
}

void visit_act(struct visit *visit, const struct command *command, const void *in, void *out, struct visit_done done)
{
    struct error error = {0};
    struct id case_id;
    struct job *job = ARENA_NEW(visit->arena, struct job);
    int result = job ? 0 : arena_error(visit->arena, &error);
    if (!result && !gate_is_well(visit->gate, NULL)) /* why is for the operator */
        result = error_set(&error, ERROR_SYSTEM, "", "Tell the operator. Nothing was changed.",
                           "the service has stopped taking changes");
    if (!result)
        result = judge_role(visit, &command->may, &error);
    if (!result)
        result = check(visit, command->takes, command->takes_n, in, &error);
    struct store_session *session = NULL;
    if (!result) { /* under way before the picture is taken: what wraps its keys is not retired meanwhile */
        *job = (struct job){.visit = visit, .command = command, .in = in, .out = out, .done = done};
        job_enter(job);
        result = store_reader(visit->gate->store, &session, &error);
    }
    if (!result)
        result = store_begin(session, STORE_READ, &error);
    if (!result)
        result = judge_reach(visit, session, &command->may, in, &case_id, &error);
    if (!result && command == &document_attach_command)
        result = upload_check(visit->gate, ((const struct document_attach *)in)->payload, &error);
    if (!result && command->check)
        result = command->check(in, &error);
    if (!result) {
        job->turn = turn_of(visit, session);
        result = keys_fresh(visit->gate, job->turn.now, &job->turn.key, &error);
    }
    if (!result) {
        memset(out, 0, command->out_size);
        result = command->prepare ? command->prepare(&job->turn, in, &job->ready, &error) : 0;
    }
    store_rollback(session);
    store_give_back(&session);
    if (!result && arena_exhausted(visit->arena))
        result = arena_error(visit->arena, &error);
    if (!result && !writer_put(visit->gate, job, &error))
        result = ERROR_SYSTEM;
    if (!result)
        return;
    if (job)
        job_leave(job);
    refuse(visit, done, result, &error);
}

bool visit_settle(struct visit *visit, struct visit_done done)
{
    struct error error = {0};
    if (visit->unrecorded) {
        error_set(&error, ERROR_SYSTEM, "", "Try again in a few minutes.", "what you looked at could not be written down");
        done.call(done.context, ERROR_SYSTEM, &error);
        return false;
    }
    if (visit->looks == 0)
        return true;
    struct job *job = &visit->looking;
    *job = (struct job){.visit = visit, .looks = visit->look, .looks_n = visit->looks, .done = done};
    job->turn = turn_of(visit, NULL);
    visit->look = NULL;
    visit->looks = visit->looks_room = 0;
    job_enter(job);
    int result = keys_fresh(visit->gate, job->turn.now, &job->turn.key, &error);
    if (!result && !writer_put(visit->gate, job, &error))
        result = ERROR_SYSTEM;
    if (result) {
        job_leave(job);
        visit->unrecorded = true;
        done.call(done.context, result, &error);
    }
    return false;
}

int visit_act_wait(struct visit *visit, const struct command *command, const void *in, void *out, struct error *error)
{
    struct waiting waiting = WAITING;
    visit_act(visit, command, in, out, (struct visit_done){waiting_done, &waiting});
    return waiting_for(&waiting, error);
}
