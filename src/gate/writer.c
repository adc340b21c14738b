/*
 * The one writer. It takes all commands that wait, runs them as savepoints of one transaction, adds an entry for each
 * to the log, commits once, has the new tree signed, and only then answers. While it commits the next batch gathers.
 *
 * The signature comes after the commit, so a signed tree is always durable already (keyholder.h).
 */
#include "inside.h"

#include <stdio.h>
#include <string.h>

enum { BATCH_MOST = 256, BATCH_MEMORY = 256 << 20 };

/* ---- the queue ---- */

bool writer_put(struct gate *gate, struct job *job, struct error *error)
{
    job->next = NULL;
    pthread_mutex_lock(&gate->queue_lock);
    bool running = gate->running && !gate->stopping;
    if (running) {
        *gate->last = job;
        gate->last = &job->next;
        pthread_cond_signal(&gate->queue_filled);
    }
    pthread_mutex_unlock(&gate->queue_lock);
    if (!running)
        error_set(error, ERROR_SYSTEM, "", "Try again in a few minutes. Nothing was changed.", "the service is stopping");
    return running;
}

/* A chain of at most BATCH_MOST jobs; NULL when the writer is to stop and nothing waits any more. */
static struct job *take(struct gate *gate)
{
    pthread_mutex_lock(&gate->queue_lock);
    while (!gate->first && !gate->stopping)
        pthread_cond_wait(&gate->queue_filled, &gate->queue_lock);
    struct job *chain = gate->first, *job = chain;
    for (int i = 1; job && i < BATCH_MOST && job->next; i++)
        job = job->next;
    if (job) {
        gate->first = job->next;
        job->next = NULL;
        if (!gate->first)
            gate->last = &gate->first;
    }
    pthread_mutex_unlock(&gate->queue_lock);
    return chain;
}

/* ---- one entry ---- */

struct batch {
    struct gate *gate;
    struct store_session *session;
    struct arena *arena;
    struct text *leaf;
    size_t leaves, room;
    int64_t look_seq;
};

static void add_plain_fields(struct ledger_entry_builder *builder, const struct job *job)
{
    for (size_t i = 0; i < job->command->takes_n; i++) {
        const struct field *field = &job->command->takes[i];
        const char *member = (const char *)job->in + field->offset;
        if (field->personal || field->secret)
            continue;
        if (field->kind == FIELD_ID && id_is_set((const struct id *)(const void *)member))
            ledger_entry_add(builder, text_of(field->name), id_text((const struct id *)(const void *)member));
        else if (field->kind == FIELD_TEXT && field->choices && ((const struct text *)(const void *)member)->n)
            ledger_entry_add(builder, text_of(field->name), *(const struct text *)(const void *)member);
    }
}

static int add_rows(struct batch *batch, struct ledger_entry_builder *builder, const struct turn *turn,
                    struct error *error)
{
    for (size_t i = 0; i < turn->written_n; i++) {
        const struct ledgered *table = ledgered_find(turn->written[i].table);
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        struct text content;
        if (!table)
            return error_set(error, ERROR_SYSTEM, turn->written[i].table, "", "not a ledgered table");
        int result = table->one(batch->session, id_text(&turn->written[i].id), &rows, error);
        if (!result)
            result = row_content(batch->arena, table, rows, &content, error);
        if (result)
            return result;
        ledger_entry_add_row(builder, text_of(table->name), id_text(&turn->written[i].id), content);
    }
    return 0;
}

/* Seals the entry under the command's key, writes it and which rows it is the last word on. */
static int write_entry(struct batch *batch, const struct ledger_entry_builder *builder, const struct turn *turn,
                       struct error *error)
{
    struct ledger_entry entry;
    struct ledger_leaf leaf;
    struct text body, sealed, bound = arena_format(batch->arena, "entry/%s", turn->key.id.text);
    int result = ledger_entry_finish(builder, &entry, error);
    if (!result)
        result = ledger_entry_leaf(&entry, &leaf, error);
    if (!result)
        result = ledger_entry_encode(batch->arena, &entry, &body, error);
    if (!result)
        result = vault_record_seal(batch->arena, turn->key.plain, bound, body, &sealed, error);
    if (result)
        return result;
    int64_t index = (int64_t)(batch->gate->edge.size + batch->leaves);
    result = store_run(batch->session, "INSERT INTO entry (idx, at, key_id, leaf, sealed) VALUES ($1, $2, $3, $4, $5)",
                       STORE_BIND(STORE_INT(index), STORE_INT(turn->now), STORE_TEXT(id_text(&turn->key.id)),
                                  STORE_BYTES(leaf.byte, sizeof leaf.byte), STORE_BYTES(sealed.p, sealed.n)),
                       NULL, error);
    for (size_t i = 0; !result && i < turn->written_n; i++)
        result = store_run(batch->session,
                           "INSERT INTO written (tbl, id, idx) VALUES ($1, $2, $3) ON CONFLICT (tbl, id) DO UPDATE SET idx = $3",
                           STORE_BIND(STORE_STRING(turn->written[i].table), STORE_TEXT(id_text(&turn->written[i].id)),
                                      STORE_INT(index)),
                           NULL, error);
    if (result)
        return result;
    struct text copy = arena_text(batch->arena, (struct text){(const char *)leaf.byte, sizeof leaf.byte});
    if (!copy.p)
        return arena_error(batch->arena, error);
    batch->leaf[batch->leaves] = copy;
    return 0;
}

static int write_key(struct batch *batch, const struct turn *turn, struct error *error)
{
    return store_run(batch->session, "INSERT INTO record_key (id, wrapped) VALUES ($1, $2)",
                     STORE_BIND(STORE_TEXT(id_text(&turn->key.id)), STORE_BYTES(turn->key.wrapped, turn->key.wrapped_n)),
                     NULL, error);
}

static struct ledger_entry_builder begin_entry(struct batch *batch, const struct job *job, const char *type)
{
    uint8_t *salt = arena_alloc(batch->arena, LEDGER_SALT_SIZE);
    if (!salt)
        return (struct ledger_entry_builder){.arena = batch->arena};
    bytes_random(salt, LEDGER_SALT_SIZE);
    struct ledger_entry_builder builder =
        ledger_entry_begin(batch->arena, salt, text_of(type), instant_format(batch->arena, job->turn.now));
    const struct actor *actor = &job->visit->actor;
    ledger_entry_add(&builder, TEXT("account"), id_text(&actor->account));
    ledger_entry_add(&builder, TEXT("post"), id_text(&actor->post));
    ledger_entry_add(&builder, TEXT("agency"), id_text(&actor->agency));
    return builder;
}

static int apply_command(struct batch *batch, struct job *job, struct error *error)
{
    job->turn.session = batch->session;
    job->turn.written_n = 0;
    int depth = store_savepoint_depth(batch->session);
    int result = write_key(batch, &job->turn, error);
    if (!result)
        result = job->command->apply(&job->turn, job->in, job->ready, job->out, error);
    if (!result && store_savepoint_depth(batch->session) != depth)
        result = error_set(error, ERROR_SYSTEM, job->command->name, "", "the command left a savepoint open");
    if (result)
        return result;
    struct ledger_entry_builder builder = begin_entry(batch, job, job->command->name);
    add_plain_fields(&builder, job);
    result = add_rows(batch, &builder, &job->turn, error);
    return result ? result : write_entry(batch, &builder, &job->turn, error);
}

/* ---- looks: rows, and one entry that commits to the Merkle root of them all ---- */

static int write_looks(struct batch *batch, struct job *job, struct error *error)
{
    const struct actor *actor = &job->visit->actor;
    struct ledger_hash *hash = ARENA_ARRAY(batch->arena, struct ledger_hash, job->looks_n);
    if (!hash)
        return arena_error(batch->arena, error);
    int64_t index = (int64_t)(batch->gate->edge.size + batch->leaves), seq = batch->look_seq;
    job->turn.session = batch->session;
    job->turn.written_n = 0;
    int result = write_key(batch, &job->turn, error);
    for (size_t i = 0; !result && i < job->looks_n; i++, seq++) {
        const struct look *look = &job->looks[i];
        struct text content = look_content(batch->arena, seq, look->at, id_text(&actor->account), id_text(&actor->post),
                                           text_of(look->view), id_text(&look->about), id_text(&look->case_id));
        if (!content.p)
            return arena_error(batch->arena, error);
        hash[i] = ledger_hash_leaf(content);
        result = store_run(batch->session,
                           "INSERT INTO look (seq, at, account_id, post_id, view, about, case_id, idx)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                           STORE_BIND(STORE_INT(seq), STORE_INT(look->at), STORE_TEXT(id_text(&actor->account)),
                                      STORE_TEXT(id_text(&actor->post)), STORE_STRING(look->view),
                                      STORE_TEXT(id_text(&look->about)), STORE_TEXT(id_text(&look->case_id)),
                                      STORE_INT(index)),
                           NULL, error);
    }
    if (result)
        return result;
    struct ledger_hash root = ledger_list_root(hash, job->looks_n);
    struct ledger_entry_builder builder = begin_entry(batch, job, "looks");
    ledger_entry_add(&builder, TEXT("count"), arena_format(batch->arena, "%zu", job->looks_n));
    ledger_entry_add(&builder, TEXT("root"), (struct text){(const char *)root.byte, sizeof root.byte});
    result = write_entry(batch, &builder, &job->turn, error);
    if (!result)
        batch->look_seq = seq;
    return result;
}

/* ---- a batch ---- */

static int run_job(struct batch *batch, struct job *job)
{
    struct error *error = &job->error;
    int result = store_savepoint(batch->session, error);
    if (!result)
        result = job->command ? apply_command(batch, job, error) : write_looks(batch, job, error);
    if (!result && (result = store_release(batch->session, error)) == 0) {
        batch->leaves++;
        return 0;
    }
    struct error ignored;
    if (store_savepoint_depth(batch->session) > 0 && store_undo(batch->session, &ignored) != 0) {
        *error = ignored;
        return ERROR_SYSTEM;
    }
    return result;
}

static int commit(struct batch *batch, struct ledger_edge *edge, struct ledger_growth *growth, struct error *error)
{
    struct gate *gate = batch->gate;
    struct ledger_storage pieces = pieces_in(batch->session);
    int result =
        ledger_append(&pieces, batch->arena, &gate->edge, batch->leaf, batch->leaves, edge, growth, error);
    if (!result)
        result = store_run(batch->session,
                           "INSERT INTO log_head (id, size, root, note) VALUES (1, $1, $2, $3)"
                           " ON CONFLICT (id) DO UPDATE SET size = $1, root = $2, note = $3",
                           STORE_BIND(STORE_INT((int64_t)growth->to.size),
                                      STORE_BYTES(growth->to.root.byte, sizeof growth->to.root.byte),
                                      STORE_STRING(gate->note)), /* the newest that is signed: of the batch before */
                           NULL, error);
    if (!result)
        result = store_commit(batch->session, error);
    return result;
}

int writer_sign(struct gate *gate, const struct ledger_growth *growth, struct arena *arena, struct error *error)
{
    struct ledger_growth again = {0};
    if (!growth) {
        again.to = ledger_edge_head(&gate->edge);
        growth = &again;
    }
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_checkpoint checkpoint = {.origin = text_of(gate->origin), .head = growth->to};
    struct ledger_key key;
    struct text body, line;
    int result = keyholder_sign(gate->keyholder, growth, signature, error);
    if (!result)
        result = ledger_checkpoint_text(arena, &checkpoint, &body, error);
    if (!result)
        result = ledger_key_make(LEDGER_KEY_LOG, checkpoint.origin, gate->public_key, &key, error);
    if (!result)
        result = ledger_note_line(arena, &key, 0, signature, &line, error);
    if (result)
        return result;
    if (body.n + line.n + 2 > sizeof gate->note)
        return error_set(error, ERROR_SYSTEM, "", "", "the checkpoint is too long");
    pthread_mutex_lock(&gate->head_lock);
    snprintf(gate->note, sizeof gate->note, "%.*s\n%.*s", TEXT_ARGS(body), TEXT_ARGS(line));
    gate->head = growth->to;
    pthread_mutex_unlock(&gate->head_lock);
    return 0;
}

/* From here on nothing is acknowledged any more. */
static void fall_ill(struct gate *gate, const struct error *why)
{
    log_line(LOG_LEVEL_ERROR, "gate", "the service stops: %s", why->what);
    pthread_mutex_lock(&gate->head_lock);
    if (!gate->illness.code)
        gate->illness = *why;
    pthread_mutex_unlock(&gate->head_lock);
}

static void fail_all(struct job *chain, int code, const struct error *error)
{
    for (struct job *job = chain; job; job = job->next)
        if (job->code == 0) {
            job->code = code;
            job->error = *error;
        }
}

static void run_batch(struct gate *gate, struct store_session *session, struct job *chain)
{
    struct error error = {0};
    struct batch batch = {
        .gate = gate, .session = session, .arena = gate->batch, .look_seq = gate->look_seq};
    arena_reset(gate->batch);
    batch.leaf = ARENA_ARRAY(gate->batch, struct text, BATCH_MOST);
    int result = batch.leaf ? store_begin(session, STORE_WRITE, &error) : arena_error(gate->batch, &error);
    for (struct job *job = chain; !result && job; job = job->next) {
        job->code = run_job(&batch, job);
        if (job->code == ERROR_SYSTEM && store_savepoint_depth(session) > 0) {
            error = job->error;
            result = ERROR_SYSTEM;
        }
    }
    struct ledger_edge edge;
    struct ledger_growth growth;
    if (!result && batch.leaves) {
        result = commit(&batch, &edge, &growth, &error);
        if (!result) {
            gate->edge = edge;
            gate->look_seq = batch.look_seq;
            result = writer_sign(gate, &growth, gate->batch, &error);
            if (result && keyholder_restart(gate->keyholder, &(struct error){0}) == 0)
                result = writer_sign(gate, &growth, gate->batch, &error);
            if (result)
                fall_ill(gate, &error); /* kept, but not covered by a signature: not acknowledged */
        }
    }
    if (store_in_transaction(session))
        store_rollback(session);
    if (store_poisoned(gate->store)) {
        if (!error.code)
            error_set(&error, ERROR_SYSTEM, "", "", "the database could not keep what was written");
        fall_ill(gate, &error);
    }
    if (result)
        fail_all(chain, result, &error);
    atomic_fetch_add(&gate->batches, 1);
}

static void answer_all(struct gate *gate, struct job *chain)
{
    for (struct job *job = chain, *next; job; job = next) {
        next = job->next;
        if (job->command)
            atomic_fetch_add(job->code ? &gate->refused : &gate->commands, 1);
        else if (!job->code)
            atomic_fetch_add(&gate->looks, job->looks_n);
        bytes_wipe(&job->turn.key, sizeof job->turn.key);
        job->done.call(job->done.context, job->code, job->code ? &job->error : NULL);
    }
}

static void *run(void *context)
{
    struct gate *gate = context;
    struct store_session *session = NULL;
    struct error error = {0};
    if (store_writer(gate->store, &session, &error) != 0)
        fall_ill(gate, &error);
    for (struct job *chain; (chain = take(gate));) {
        struct error why;
        if (session && gate_is_well(gate, &why))
            run_batch(gate, session, chain);
        else
            fail_all(chain, ERROR_SYSTEM, session ? &why : &error);
        answer_all(gate, chain);
        keyholder_pool_fill(gate->keyholder, &error);
    }
    store_give_back(&session);
    return NULL;
}

int writer_start(struct gate *gate, struct error *error)
{
    gate->batch = arena_new(BATCH_MEMORY, ARENA_SECRET);
    if (!gate->batch)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    gate->last = &gate->first;
    int number = pthread_create(&gate->writer, NULL, run, gate);
    if (number)
        return error_system(error, number, "", "cannot start the writer");
    gate->running = true;
    return 0;
}

void writer_stop(struct gate *gate)
{
    if (gate->running) {
        pthread_mutex_lock(&gate->queue_lock);
        gate->stopping = true;
        pthread_cond_signal(&gate->queue_filled);
        pthread_mutex_unlock(&gate->queue_lock);
        pthread_join(gate->writer, NULL);
        gate->running = false;
    }
    arena_free(&gate->batch);
}
