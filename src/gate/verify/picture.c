#include "walk.h"

#include <string.h>
#include <unistd.h>

/* How often all begin anew because the log grew while they took their pictures; then the first goes on alone. */
enum { TRIES = 100 };

struct crew;

struct member {
    struct crew *crew;
    struct walk walk;
    struct store_session *session;
    struct arena *arena;
    struct ledger_head head;
    struct text note;
    char noted[1024];
    bool ready; /* has a picture */
    pthread_t thread;
    bool running;
};

struct crew {
    struct verify *verify;
    const struct plan *plan;
    struct member member[VERIFY_THREADS];
    unsigned n;
    pthread_barrier_t barrier;
    struct task task[VERIFY_TASKS];
    size_t tasks;
    uint64_t weight;
    _Atomic size_t next;
    _Atomic bool stop;

    pthread_mutex_t lock; /* for what follows */
    uint64_t done;
    int told;
    int result;
    struct error error;
};

enum { WALK_MEMORY = 128 << 20 };

static void fail(struct crew *crew, int result, const struct error *why)
{
    pthread_mutex_lock(&crew->lock);
    if (!crew->result) {
        crew->result = result;
        crew->error = *why;
    }
    pthread_mutex_unlock(&crew->lock);
    atomic_store(&crew->stop, true);
}

static void tell(struct crew *crew, uint64_t weight)
{
    const struct verify_asked *asked = crew->verify->asked;
    pthread_mutex_lock(&crew->lock);
    crew->done += weight;
    int now = crew->weight ? (int)(crew->done * 999 / crew->weight) : 0;
    if (asked->progress && now > crew->told) {
        crew->told = now;
        asked->progress(asked->context, now);
    }
    pthread_mutex_unlock(&crew->lock);
}

/* ---- the picture ---- */

static int read_head(struct member *member, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    member->head = (struct ledger_head){.size = 0, .root = ledger_hash_empty()};
    member->note = (struct text){NULL, 0};
    int result =
        store_one(member->session, "SELECT size, root, note FROM log_head WHERE id = 1", STORE_BIND(), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    struct text root = store_bytes(rows, 1), note = store_text(rows, 2);
    int64_t size = store_int(rows, 0);
    member->head.size = size < 0 ? 0 : (uint64_t)size; /* the log has no fewer than none, which its root tells */
    if (root.n == sizeof member->head.root.byte)
        memcpy(member->head.root.byte, root.p, root.n);
    member->note = (struct text){member->noted, note.n < sizeof member->noted ? note.n : sizeof member->noted};
    if (note.n)
        memcpy(member->noted, note.p, member->note.n);
    return 0;
}

static int take(struct member *member, struct error *error)
{
    int result = member->session ? 0 : store_reader(member->walk.gate->store, &member->session, error);
    if (!result)
        store_examine(member->session);
    if (!result && store_in_transaction(member->session))
        store_rollback(member->session);
    if (!result)
        result = store_begin(member->session, STORE_READ, error);
    if (!result)
        result = read_head(member, error);
    member->ready = result == 0;
    member->walk.session = member->session;
    return result;
}

static bool all_same(const struct crew *crew)
{
    for (unsigned i = 1; i < crew->n; i++)
        if (!crew->member[i].ready || crew->member[i].head.size != crew->member[0].head.size ||
            !ledger_hash_equal(&crew->member[i].head.root, &crew->member[0].head.root))
            return false;
    return crew->member[0].ready;
}

/* The same way through for every member, so that all meet at the barriers. True: it takes part. */
static bool agree(struct member *member)
{
    struct crew *crew = member->crew;
    struct error error;
    for (int i = 0; i < TRIES; i++) {
        int result = take(member, &error);
        if (result && member == &crew->member[0])
            fail(crew, result, &error);
        pthread_barrier_wait(&crew->barrier);
        bool same = all_same(crew), stop = atomic_load(&crew->stop);
        pthread_barrier_wait(&crew->barrier);
        if (stop)
            return false;
        if (same)
            return true;
    }
    return member == &crew->member[0];
}

/* ---- the work ---- */

static void run_tasks(struct member *member)
{
    struct crew *crew = member->crew;
    size_t at;
    while ((at = atomic_fetch_add(&crew->next, 1)) < crew->tasks && !atomic_load(&crew->stop)) {
        struct error error = {0};
        int result = crew->task[at].run(&member->walk, &crew->task[at], &error);
        arena_reset(member->arena);
        if (result)
            fail(crew, result, &error);
        else
            tell(crew, crew->task[at].weight);
    }
    pthread_mutex_lock(&crew->lock);
    tally_join(&crew->verify->all, &member->walk.tally);
    pthread_mutex_unlock(&crew->lock);
}

static void *run_member(void *context)
{
    struct member *member = context;
    pthread_mutex_lock(&member->crew->lock);
    pthread_mutex_unlock(&member->crew->lock);
    bool takes_part = agree(member);
    pthread_barrier_wait(&member->crew->barrier); /* the first makes the tasks */
    if (takes_part)
        run_tasks(member);
    if (member->session)
        store_rollback(member->session);
    store_give_back(&member->session);
    return NULL;
}

static void run_first(struct crew *crew)
{
    struct member *member = &crew->member[0];
    struct verify *verify = crew->verify;
    bool takes_part = agree(member);
    if (takes_part) {
        verify->head = member->head;
        verify->note = member->note;
        crew->tasks = crew->plan->tasks(verify, crew->task, VERIFY_TASKS);
        for (size_t i = 0; i < crew->tasks; i++)
            crew->weight += crew->task[i].weight;
    }
    pthread_barrier_wait(&crew->barrier);
    if (takes_part)
        run_tasks(member);
}

static int begin(struct crew *crew, struct error *error)
{
    for (unsigned i = 0; i < crew->n; i++) {
        struct member *member = &crew->member[i];
        member->crew = crew;
        member->arena = arena_new(WALK_MEMORY, ARENA_SECRET);
        member->walk = (struct walk){.verify = crew->verify, .gate = crew->verify->gate, .arena = member->arena};
        if (!member->arena)
            return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    }
    return 0;
}

/*
 * With fewer threads than were wished for, where the system has no more. Those that have started wait for the lock until
 * it is known how many meet at the barrier.
 */
static void start(struct crew *crew)
{
    unsigned wanted = crew->n;
    pthread_mutex_lock(&crew->lock);
    for (crew->n = 1; crew->n < wanted; crew->n++) {
        struct member *member = &crew->member[crew->n];
        member->running = pthread_create(&member->thread, NULL, run_member, member) == 0;
        if (!member->running)
            break;
    }
    pthread_barrier_init(&crew->barrier, NULL, crew->n);
    pthread_mutex_unlock(&crew->lock);
}

static unsigned threads(const struct verify_asked *asked)
{
    long processors = asked->threads ? (long)asked->threads : sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > VERIFY_THREADS ? VERIFY_THREADS : (unsigned)processors;
}

int verify_picture(struct verify *verify, const struct plan *plan, struct error *error)
{
    ARENA_SCOPE struct arena *own = arena_new(1 << 20, ARENA_PLAIN);
    struct crew *crew = own ? ARENA_NEW(own, struct crew) : NULL;
    if (!crew)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    crew->verify = verify;
    crew->plan = plan;
    crew->told = -1;
    crew->n = threads(verify->asked);
    pthread_mutex_init(&crew->lock, NULL);
    int result = begin(crew, error);
    if (!result) {
        start(crew);
        run_first(crew);
        for (unsigned i = 1; i < crew->n; i++)
            if (crew->member[i].running)
                pthread_join(crew->member[i].thread, NULL);
        pthread_barrier_destroy(&crew->barrier);
        result = crew->result;
        if (result)
            *error = crew->error;
    }
    if (!result)
        result = plan->finish(&crew->member[0].walk, error);
    if (crew->member[0].session)
        store_rollback(crew->member[0].session);
    store_give_back(&crew->member[0].session);
    for (unsigned i = 0; i < VERIFY_THREADS; i++)
        arena_free(&crew->member[i].arena);
    pthread_mutex_destroy(&crew->lock);
    return result;
}
