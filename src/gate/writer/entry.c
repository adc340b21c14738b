#include "batch.h"
#include "rows.h"

#include "vault.h"

#include <string.h>

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
            result = row_content(batch->scratch, table, rows, &content, error);
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
    struct text body, sealed, bound = arena_format(batch->scratch, "entry/%s", turn->key.id.text);
    int result = ledger_entry_finish(builder, &entry, error);
    if (!result)
        result = ledger_entry_leaf(&entry, &leaf, error);
    if (!result)
        result = ledger_entry_encode(batch->scratch, &entry, &body, error);
    if (!result)
        result = vault_record_seal(batch->scratch, turn->key.plain, bound, body, &sealed, error);
    if (result)
        return result;
    int64_t index = (int64_t)(batch->gate->writer->edge.size + batch->leaves);
    result = store_run(batch->session, "INSERT INTO entry (idx, at, key_id, leaf, sealed) VALUES ($1, $2, $3, $4, $5)",
                       STORE_BIND(STORE_INT(index), STORE_INT(turn->now), STORE_TEXT(id_text(&turn->key.id)),
                                  STORE_BYTES(leaf.byte, sizeof leaf.byte), STORE_BYTES(sealed.p, sealed.n)),
                       NULL, error);
    for (size_t i = 0; !result && i < turn->written_n; i++) {
        const struct store_value table = STORE_STRING(turn->written[i].table), id = STORE_TEXT(id_text(&turn->written[i].id));
        /* whoever wrote it before: so that disposing of the row finds the keys of all who told of it */
        result = store_run(batch->session,
                           "INSERT INTO overwritten (tbl, id, idx) SELECT tbl, id, idx FROM written"
                           " WHERE tbl = $1 AND id = $2 AND idx <> $3 ON CONFLICT DO NOTHING",
                           STORE_BIND(table, id, STORE_INT(index)), NULL, error);
        if (result)
            return result;
        result = store_run(batch->session,
                           "INSERT INTO written (tbl, id, idx) VALUES ($1, $2, $3) ON CONFLICT (tbl, id) DO UPDATE SET idx = $3",
                           STORE_BIND(table, id, STORE_INT(index)), NULL, error);
    }
    if (result)
        return result;
    struct text copy = arena_text(batch->arena, (struct text){(const char *)leaf.byte, sizeof leaf.byte});
    if (!copy.p)
        return arena_error(batch->arena, error);
    batch->leaf[batch->leaves] = copy;
    return 0;
}

static struct ledger_entry_builder begin_entry(struct batch *batch, const struct job *job, const char *type)
{
    uint8_t *salt = arena_alloc(batch->scratch, LEDGER_SALT_SIZE);
    if (!salt)
        return (struct ledger_entry_builder){.arena = batch->scratch};
    bytes_random(salt, LEDGER_SALT_SIZE);
    struct ledger_entry_builder builder =
        ledger_entry_begin(batch->scratch, salt, text_of(type), instant_format(batch->scratch, job->turn.now));
    const struct actor *actor = &job->visit->actor;
    ledger_entry_add(&builder, TEXT("account"), id_text(&actor->account));
    ledger_entry_add(&builder, TEXT("post"), id_text(&actor->post));
    ledger_entry_add(&builder, TEXT("agency"), id_text(&actor->agency));
    if (actor->title[0]) { /* as they were called then, for whoever is shown the entry without the directory */
        ledger_entry_add(&builder, TEXT("by"),
                         arena_format(batch->scratch, "%s%s%s", actor->title, actor->agency_name[0] ? ", " : "", actor->agency_name));
        ledger_entry_add(&builder, TEXT("by_person"), text_of(actor->name));
    }
    return builder;
}

int batch_command(struct batch *batch, struct job *job, struct error *error)
{
    job->turn.session = batch->session;
    job->turn.written_n = 0;
    job->turn.epoch = atomic_load(&batch->gate->epoch.newest);
    memset(job->out, 0, job->command->out_size);
    int depth = store_savepoint_depth(batch->session);
    int result = turn_key_write(&job->turn, &job->turn.key, error);
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

/* Looks are rows, and one entry that commits to the Merkle root of them all. */

int batch_looks(struct batch *batch, struct job *job, struct error *error)
{
    const struct actor *actor = &job->visit->actor;
    struct ledger_hash *hash = ARENA_ARRAY(batch->scratch, struct ledger_hash, job->looks_n);
    if (!hash)
        return arena_error(batch->scratch, error);
    int64_t index = (int64_t)(batch->gate->writer->edge.size + batch->leaves), seq = batch->look_seq;
    job->turn.session = batch->session;
    job->turn.written_n = 0;
    int result = turn_key_write(&job->turn, &job->turn.key, error);
    for (size_t i = 0; !result && i < job->looks_n; i++, seq++) {
        const struct look *look = &job->looks[i];
        struct text content = look_content(batch->scratch, seq, look->at, id_text(&actor->account), id_text(&actor->post),
                                           text_of(look->view), id_text(&look->about), id_text(&look->case_id));
        if (!content.p)
            return arena_error(batch->scratch, error);
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
    ledger_entry_add(&builder, TEXT("count"), arena_format(batch->scratch, "%zu", job->looks_n));
    ledger_entry_add(&builder, TEXT("root"), (struct text){(const char *)root.byte, sizeof root.byte});
    result = write_entry(batch, &builder, &job->turn, error);
    if (!result)
        batch->look_seq = seq;
    return result;
}
