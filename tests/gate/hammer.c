#include "hammer.h"
#include "home.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 256 };

struct one {
    struct hammer *hammer;
    pthread_t thread;
    int kept;
};

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
    int result;
};

static void answered(void *context, int result, const struct error *error)
{
    (void)error;
    struct answer *answer = context;
    pthread_mutex_lock(&answer->lock);
    answer->done = true;
    answer->result = result;
    pthread_cond_signal(&answer->changed);
    pthread_mutex_unlock(&answer->lock);
}

/* One request: an arena and a visit of its own. */
static int ask(struct hammer *hammer, const struct command *command, const void *in, void *out)
{
    struct error error = {0};
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_SECRET);
    struct visit *visit;
    int result = visit_begin(hammer->gate, arena, &visit, &error);
    if (!result)
        result = visit_by_session(visit, text_of(hammer->token), &error);
    if (!result)
        result = visit_act_wait(visit, command, in, out, &error);
    if (result && hammer->refused)
        hammer->refused(hammer->context, result, &error);
    return result;
}

static void look(struct hammer *hammer, const struct id *case_id)
{
    struct error error = {0};
    struct view_rows rows;
    struct case_of of = {*case_id};
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_SECRET);
    struct visit *visit;
    struct answer answer = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    int result = visit_begin(hammer->gate, arena, &visit, &error);
    if (!result)
        result = visit_by_session(visit, text_of(hammer->token), &error);
    if (!result)
        result = visit_look(visit, &case_read_view, &of, &rows, &error);
    if (result || visit_settle(visit, (struct visit_done){answered, &answer}))
        return;
    pthread_mutex_lock(&answer.lock);
    while (!answer.done)
        pthread_cond_wait(&answer.changed, &answer.lock);
    pthread_mutex_unlock(&answer.lock);
}

static bool go_on(struct hammer *hammer, int turn)
{
    return !__atomic_load_n(hammer->stop, __ATOMIC_ACQUIRE) && (!hammer->turns || turn < hammer->turns);
}

static void *work(void *context)
{
    struct one *one = context;
    struct hammer *hammer = one->hammer;
    struct case_open open = {.name = TEXT("Robin Example"), .about = TEXT("hammered")};
    struct case_opened opened;
    struct draft_save draft = {.journey = TEXT("worry"), .content = {TEXT("{\"said\":\"so far\"}")}};
    struct draft_saved saved;
    while (go_on(hammer, 0) && ask(hammer, &case_open_command, &open, &opened) != 0)
        usleep(2000);
    for (int turn = 0; go_on(hammer, turn); turn++) {
        struct item_record item = {.case_id = opened.case_id, .text = TEXT("One more thing was seen."), .nature = TEXT("fact")};
        struct item_recorded recorded;
        if (ask(hammer, &item_record_command, &item, &recorded) == 0) {
            one->kept++;
            if (hammer->kept)
                hammer->kept(hammer->context, &recorded.item_id);
        } else {
            usleep(2000);
        }
        if (turn % 4 == 1 && ask(hammer, &draft_save_command, &draft, &saved) == 0)
            draft.draft_id = saved.draft_id;
        if (turn % 4 == 3)
            look(hammer, &opened.case_id);
    }
    return NULL;
}

static int sign_in(struct hammer *hammer, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_SECRET);
    struct visit *visit;
    struct session_begin in = {.login = TEXT("teacher"), .password = text_of(hammer->password ? hammer->password : HOME_PASSWORD)};
    struct session_begun out;
    int result = visit_begin(hammer->gate, arena, &visit, error);
    if (!result)
        result = visit_act_wait(visit, &session_begin_command, &in, &out, error);
    if (!result)
        snprintf(hammer->token, sizeof hammer->token, "%.*s", TEXT_ARGS(out.token));
    return result;
}

int hammer_run(struct hammer *hammer, int threads)
{
    struct error error = {0};
    struct one one[MOST] = {{0}};
    int kept = 0, started = 0;
    if (sign_in(hammer, &error) != 0) {
        if (hammer->refused)
            hammer->refused(hammer->context, error.code, &error);
        return 0;
    }
    for (; started < threads && started < MOST; started++) {
        one[started].hammer = hammer;
        if (pthread_create(&one[started].thread, NULL, work, &one[started]) != 0)
            break;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(one[i].thread, NULL);
        kept += one[i].kept;
    }
    return kept;
}
