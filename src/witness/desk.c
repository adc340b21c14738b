#include "witness/desk.h"

#include "key.h"
#include "state.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "ledger/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { BEHIND_TOLD = 300 }; /* seconds */

struct witness_desk {
    struct witness_key key;
    struct witness_state *log;
    size_t log_count;
    struct arena *arena; /* names of the logs */
    char home[3000];
    int lock;
    int64_t (*clock)(void);
};

/* ---- opening ---- */

static int take_home(struct witness_desk *desk, const char *home, struct error *error)
{
    char path[PATH_MAX];
    if (snprintf(desk->home, sizeof desk->home, "%s", home) >= (int)sizeof desk->home || !home[0])
        return error_set(error, ERROR_INPUT, "home", "", "the path is empty or too long");
    int result = file_make_folder(home, error);
    snprintf(path, sizeof path, "%s/logs", home);
    if (result == 0)
        result = file_make_folder(path, error);
    snprintf(path, sizeof path, "%s/conflicts", home);
    if (result == 0)
        result = file_make_folder(path, error);
    if (result != 0)
        return result;
    snprintf(path, sizeof path, "%s/lock", home);
    desk->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (desk->lock < 0)
        return error_system(error, errno, path, "cannot be opened");
    if (flock(desk->lock, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? error_set(error, ERROR_CONFLICT, home, "Stop the other one, or take another home.",
                                                "another witness runs in this home")
                                    : error_system(error, errno, path, "cannot be locked");
    return 0;
}

static int open_log(struct witness_desk *desk, const char *text, struct error *error)
{
    struct ledger_key key;
    struct text copy = arena_text(desk->arena, text_of(text));
    if (!copy.p)
        return arena_error(desk->arena, error);
    int result = ledger_key_parse(copy, &key, error);
    if (result != 0)
        error_within(error, "--log");
    if (result == 0 && key.kind != LEDGER_KEY_LOG)
        result = error_set(error, ERROR_INPUT, "--log", "Ask the log's operator for \"proviso ledger key\".",
                           "this is not the key of a log");
    for (size_t i = 0; result == 0 && i < desk->log_count; i++)
        if (text_equal(desk->log[i].key.name, key.name))
            result = error_set(error, ERROR_INPUT, "--log", "", "the log %.*s is given twice", TEXT_ARGS(key.name));
    if (result != 0)
        return result;
    result = witness_state_open(desk->home, &key, &desk->key.signer.key, &desk->log[desk->log_count], error);
    desk->log_count++;
    return result;
}

int witness_desk_open(const struct witness_desk_settings *settings, struct witness_desk **out, struct error *error)
{
    struct witness_desk *desk = calloc(1, sizeof *desk);
    *out = NULL;
    if (!desk)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    desk->lock = -1;
    desk->clock = settings->clock ? settings->clock : clock_now;
    desk->arena = arena_new(1 << 20, ARENA_PLAIN);
    desk->log = calloc(settings->log_count + 1, sizeof *desk->log);
    int result = desk->arena && desk->log ? take_home(desk, settings->home, error)
                                          : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (result == 0)
        result = witness_key_open(desk->home, settings->name, &desk->key, error);
    for (size_t i = 0; result == 0 && i < settings->log_count; i++)
        result = open_log(desk, settings->logs[i], error);
    if (result != 0)
        witness_desk_close(&desk);
    *out = desk;
    return result;
}

void witness_desk_close(struct witness_desk **slot)
{
    struct witness_desk *desk = *slot;
    if (!desk)
        return;
    witness_key_close(&desk->key);
    for (size_t i = 0; i < desk->log_count; i++)
        witness_state_close(&desk->log[i]);
    free(desk->log);
    arena_free(&desk->arena);
    if (desk->lock >= 0)
        close(desk->lock);
    free(desk);
    *slot = NULL;
}

struct text witness_desk_key(const struct witness_desk *desk, struct arena *arena)
{
    return ledger_key_text(arena, &desk->key.signer.key);
}

/* ---- answering ---- */

static void reply_text(struct witness_reply *reply, int status, const char *words)
{
    *reply = (struct witness_reply){status, "text/plain; charset=utf-8", text_of(words)};
}

static void reply_size(struct arena *arena, uint64_t size, struct witness_reply *reply)
{
    struct text body = arena_format(arena, "%llu\n", (unsigned long long)size);
    if (body.p)
        *reply = (struct witness_reply){409, "text/x.tlog.size", body};
    else
        reply_text(reply, 500, "out of memory\n");
}

static struct witness_state *find_log(struct witness_desk *desk, struct text origin)
{
    for (size_t i = 0; i < desk->log_count; i++)
        if (text_equal(desk->log[i].key.name, origin))
            return &desk->log[i];
    return NULL;
}

/* The checkpoint with the log's signatures and ours, and no others. */
static int compose(struct arena *arena, const struct ledger_key *key, struct text source, struct text own,
                   struct text *note, struct error *error)
{
    struct ledger_note parsed;
    int result = ledger_note_parse(arena, source, &parsed, error);
    struct buffer out = buffer_in(arena);
    buffer_text(&out, parsed.text);
    buffer_char(&out, '\n');
    for (size_t i = 0; result == 0 && i < parsed.signature_count; i++) {
        const struct ledger_note_signature *signature = &parsed.signature[i];
        struct text line;
        if (signature->id != key->id || !text_equal(signature->name, key->name) ||
            signature->bytes.n != LEDGER_SIGNATURE_SIZE)
            continue;
        result = ledger_note_line(arena, key, 0, (const uint8_t *)signature->bytes.p, &line, error);
        if (result == 0)
            buffer_text(&out, line);
    }
    buffer_text(&out, own);
    if (result == 0 && buffer_failed(&out))
        result = arena_error(arena, error);
    *note = buffer_result(&out);
    return result;
}

/* The log has signed two trees of one size. That is worth more than any answer: it is kept, and the operator told. */
static void look_for_conflict(struct witness_desk *desk, struct arena *arena, const struct witness_state *state,
                              struct text note)
{
    struct ledger_checkpoint other;
    struct error error;
    char path[PATH_MAX];
    if (!state->note || ledger_checkpoint_open(arena, note, state->key.name, &state->key, 1, &other, NULL, &error) != 0 ||
        other.head.size != state->head.size || ledger_hash_equal(&other.head.root, &state->head.root))
        return;
    if (witness_state_conflict(state, desk->home, note, other.head.size, path, &error) != 0)
        log_line(LOG_LEVEL_ERROR, "witness", "the proof that a log lied could not be kept: %s %s", error.where, error.what);
    else
        log_line(LOG_LEVEL_ERROR, "witness", "THE LOG HAS LIED: it signed two different trees of %llu entries. Both are kept: %s-first and -second",
                 (unsigned long long)other.head.size, path);
}

/* Whoever runs a witness learns once that it works, and where that can be seen. */
static void tell_signed(struct witness_state *state)
{
    if (!state->signed_told)
        log_line(LOG_LEVEL_INFO, "witness", "%.*s: signed, with %llu entries. What it signed last stands at /%s/checkpoint",
                 TEXT_ARGS(state->key.name), (unsigned long long)state->head.size, state->hash);
    state->signed_told = true;
}

/* A slip of whoever typed the key, or somebody who pretends to be that log. */
static void tell_stranger(struct witness_state *state)
{
    if (!state->stranger_told)
        log_line(LOG_LEVEL_WARNING, "witness",
                 "%.*s: somebody asks in its name with another key than the one given with --log. It is not signed. Compare the key with the log's operator",
                 TEXT_ARGS(state->key.name));
    state->stranger_told = true;
}

static void refuse(struct witness_desk *desk, struct arena *arena, struct witness_state *state,
                   const struct ledger_submission *submission, int code, const struct error *why,
                   struct witness_reply *reply)
{
    switch (code) {
    case ERROR_INPUT:
        reply_text(reply, 400, "the old size is above the new one, or this is not a checkpoint\n");
        break;
    case ERROR_MISSING:
        reply_text(reply, 404, "this log is not witnessed here\n");
        break;
    case ERROR_FORBIDDEN:
        tell_stranger(state);
        reply_text(reply, 403, "the log's signature is missing or wrong\n");
        break;
    case ERROR_CONFLICT:
        look_for_conflict(desk, arena, state, submission->checkpoint);
        reply_size(arena, state->head.size, reply);
        break;
    case ERROR_INVALID:
        log_line(LOG_LEVEL_WARNING, "witness", "a log showed a tree that it could not prove to have grown from the last one");
        reply_text(reply, 422, "the consistency proof does not hold\n");
        break;
    default:
        log_line(LOG_LEVEL_ERROR, "witness", "not signed: %s %s", why->where, why->what);
        reply_text(reply, 500, "the witness failed\n");
    }
}

/*
 * A signature says which tree was the largest that it had seen by then: of two, the later is of no smaller tree. So the
 * time of the next is never before that of the last, wherever the clock has gone.
 */
static uint64_t time_to_sign(struct witness_desk *desk, struct witness_state *state)
{
    int64_t now = desk->clock() / CLOCK_SECOND;
    uint64_t time = now > 0 ? (uint64_t)now : 0;
    bool behind = state->note && time + BEHIND_TOLD < state->time;
    if (behind && !state->behind_told)
        log_line(LOG_LEVEL_WARNING, "witness",
                 "the clock of this machine is %llu minutes behind the last time that it signed for the log %.*s: set the clock. "
                 "Until it has passed that time, signatures carry that time. If it was wrong, and far ahead, begin with a new "
                 "home and tell the host the new key",
                 (unsigned long long)((state->time - time) / 60), TEXT_ARGS(state->key.name));
    state->behind_told = behind;
    return state->note && time < state->time ? state->time : time;
}

static int sign(struct witness_desk *desk, struct arena *arena, struct witness_state *state,
                const struct ledger_submission *submission, const struct ledger_checkpoint *checkpoint,
                struct text *line, struct error *error)
{
    struct ledger_note parsed;
    struct text note;
    uint64_t now = time_to_sign(desk, state);
    int result = ledger_note_parse(arena, submission->checkpoint, &parsed, error);
    if (result == 0)
        result = ledger_note_sign_line(arena, parsed.text, &desk->key.signer, now, line, error);
    if (result == 0 && state->note && checkpoint->head.size == state->head.size && now == state->time)
        return 0; /* it has signed this very tree before, at this time: nothing new to remember */
    if (result == 0)
        result = compose(arena, &state->key, submission->checkpoint, *line, &note, error);
    return result ? result : witness_state_put(state, note, &checkpoint->head, now, error);
}

void witness_desk_submit(struct witness_desk *desk, struct arena *arena, struct text body,
                         struct witness_reply *reply)
{
    struct ledger_submission submission;
    struct ledger_note note;
    struct ledger_checkpoint checkpoint;
    struct error error = {0};
    struct text line;
    int result = ledger_submission_parse(arena, body, &submission, &error);
    if (result == 0)
        result = ledger_note_parse(arena, submission.checkpoint, &note, &error);
    if (result == 0)
        result = ledger_checkpoint_parse(note.text, &checkpoint, &error);
    struct witness_state *state = result ? NULL : find_log(desk, checkpoint.origin);
    if (result == 0 && !state)
        result = ERROR_MISSING;
    if (result != 0) {
        refuse(desk, arena, NULL, NULL, result == ERROR_TOO_LARGE ? ERROR_INPUT : result, &error, reply);
        return;
    }
    pthread_mutex_lock(&state->lock);
    if (state->ill)
        result = error_set(&error, ERROR_SYSTEM, state->path, "", "the disk failed before: restart the witness");
    else
        result = ledger_submission_judge(arena, &submission, state->key.name, &state->key, 1, &state->head, &checkpoint,
                                         &error);
    if (result == 0)
        result = sign(desk, arena, state, &submission, &checkpoint, &line, &error);
    if (result == 0) {
        *reply = (struct witness_reply){200, "text/plain; charset=utf-8", line};
        tell_signed(state);
    } else
        refuse(desk, arena, state, &submission, result, &error, reply);
    pthread_mutex_unlock(&state->lock);
}

bool witness_desk_latest(struct witness_desk *desk, struct arena *arena, struct text origin_hash, struct text *note)
{
    for (size_t i = 0; i < desk->log_count; i++) {
        struct witness_state *state = &desk->log[i];
        if (!text_equal(text_of(state->hash), origin_hash))
            continue;
        pthread_mutex_lock(&state->lock);
        *note = state->note && !state->ill ? arena_text(arena, (struct text){state->note, state->note_n})
                                           : (struct text){NULL, 0};
        pthread_mutex_unlock(&state->lock);
        return note->p != NULL;
    }
    return false;
}
