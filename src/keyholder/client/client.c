#include "inside.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/log.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { ANSWER_SECONDS = 30, END_MILLISECONDS = 5000 };

void keyholder_wipe(struct keyholder *keyholder)
{
    bytes_wipe(&keyholder->buffers->request, keyholder->sent);
    bytes_wipe(&keyholder->buffers->reply, keyholder->received);
}

/* The process is of no more use: end it, say how it ended. */
static int broken(struct keyholder *keyholder, const char *why, struct error *error)
{
    char how[120];
    file_close(&keyholder->fd);
    keyholder_reap(keyholder->process, 1000, how, sizeof how);
    int code = error_set(error, ERROR_SYSTEM, "keyholder",
                         "Its last words are in the log. It is started again with the server.",
                         "%s; the process (%ld) %s", why, (long)keyholder->process, how);
    log_line(LOG_LEVEL_ERROR, "keyholder", "%s; the process (%ld) %s", why, (long)keyholder->process, how);
    keyholder->process = -1;
    return code;
}

static int gone(struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "keyholder",
                     "Its last words are in the log. It is started again with the server.",
                     "the keyholder has ended; nothing can be unsealed or signed");
}

static int receive(struct keyholder *keyholder, ssize_t *size, struct error *error)
{
    union message_reply *reply = &keyholder->buffers->reply;
    /* ECONNRESET: it ended with our request unread. Its last message, if any, comes with the next call. */
    do
        *size = recv(keyholder->fd, reply, sizeof *reply, 0);
    while (*size < 0 && (errno == EINTR || errno == ECONNRESET));
    if (*size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return broken(keyholder, "it did not answer in time", error);
    if (*size <= 0)
        return broken(keyholder, "it closed its socket", error);
    return 0;
}

int keyholder_exchange(struct keyholder *keyholder, enum message_kind kind, uint32_t count,
                       struct error *error)
{
    const struct message_shape *shape = keyholder_message_shape(kind);
    struct message_head *head = &keyholder->buffers->request.head;
    const union message_reply *reply = &keyholder->buffers->reply;
    ssize_t size = 0;
    const size_t asked = keyholder_message_size(shape->request, count), awaited = keyholder_message_size(shape->reply, count);
    keyholder->sent = asked;
    keyholder->received = 0;
    if (keyholder->fd < 0)
        return gone(error);
    *head = (struct message_head){.magic = MESSAGE_MAGIC,
                                  .version = MESSAGE_VERSION,
                                  .kind = (uint16_t)kind,
                                  .count = count,
                                  .sequence = ++keyholder->sequence};
    ssize_t sent;
    do
        sent = send(keyholder->fd, &keyholder->buffers->request, asked, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    /* A process that ended may have left its reason on the socket. */
    int result = receive(keyholder, &size, error);
    if (result != 0)
        return result;
    keyholder->received = (size_t)size;
    if ((size_t)size == sizeof reply->failure && reply->head.kind == MESSAGE_FAILURE &&
        (reply->head.sequence == head->sequence || reply->head.sequence == 0)) {
        if (reply->head.sequence == 0) {
            char how[120];
            file_close(&keyholder->fd);
            keyholder_reap(keyholder->process, END_MILLISECONDS, how, sizeof how);
            keyholder->process = -1;
        }
        return keyholder_message_failed(&reply->failure, error);
    }
    if ((size_t)size != awaited || reply->head.magic != MESSAGE_MAGIC ||
        reply->head.version != MESSAGE_VERSION || reply->head.kind != kind ||
        reply->head.sequence != head->sequence || reply->head.count != count)
        return broken(keyholder, "it answered what was not asked", error);
    return 0;
}

/* Starts a process and greets it. With `link` held, or before anybody else knows of it. */
static int connect_new(struct keyholder *keyholder, struct error *error)
{
    const struct timeval limit = {.tv_sec = ANSWER_SECONDS};
    int result = keyholder_spawn(keyholder, &keyholder->fd, &keyholder->process, error);
    if (result != 0)
        return result;
    if (setsockopt(keyholder->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
        setsockopt(keyholder->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0)
        return error_system(error, errno, "keyholder", "the socket cannot be set up");
    result = keyholder_exchange(keyholder, MESSAGE_HELLO, 0, error);
    const struct keyholder_description *d = &keyholder->buffers->reply.description.description;
    if (result == 0 && keyholder->known &&
        memcmp(d->public_key, keyholder->public_key, sizeof d->public_key) != 0)
        result = error_set(error, ERROR_CHECK, "keyholder", "Find out who replaced its folder.",
                           "it came back with other keys");
    if (result == 0) {
        memcpy(keyholder->public_key, d->public_key, sizeof keyholder->public_key);
        keyholder->known = true;
    }
    keyholder_wipe(keyholder);
    return result;
}

static void disconnect(struct keyholder *keyholder)
{
    char how[120];
    file_close(&keyholder->fd);
    if (keyholder->process > 0)
        keyholder_reap(keyholder->process, END_MILLISECONDS, how, sizeof how);
    keyholder->process = -1;
}

static char *copy(const char *s)
{
    return s ? strdup(s) : NULL;
}

int keyholder_start(const struct keyholder_options *options, struct keyholder **out, struct error *error)
{
    *out = NULL;
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "keyholder", "", "libsodium could not be started");
    struct keyholder *keyholder = calloc(1, sizeof *keyholder);
    if (!keyholder)
        return error_system(error, ENOMEM, "keyholder", "no memory");
    pthread_mutex_init(&keyholder->link, NULL);
    pthread_mutex_init(&keyholder->pool, NULL);
    keyholder->fd = -1;
    keyholder->process = -1;
    keyholder->program = copy(options->program ? options->program : "/proc/self/exe");
    keyholder->home = copy(options->home);
    keyholder->origin = copy(options->origin);
    keyholder->user = copy(options->user);
    keyholder->escrow = copy(options->escrow);
    keyholder->read_only = options->read_only;
    keyholder->buffers = sodium_malloc(sizeof *keyholder->buffers);
    int result = 0;
    if (!keyholder->program || !keyholder->home || (options->origin && !keyholder->origin) ||
        (options->user && !keyholder->user) || (options->escrow && !keyholder->escrow) || !keyholder->buffers)
        result = error_system(error, ENOMEM, "keyholder", "no memory");
    if (result == 0) {
        memset(keyholder->buffers, 0, sizeof *keyholder->buffers);
        result = connect_new(keyholder, error);
    }
    if (result == 0)
        *out = keyholder;
    else
        keyholder_stop(&keyholder);
    return result;
}

void keyholder_stop(struct keyholder **keyholder)
{
    struct keyholder *k = *keyholder;
    *keyholder = NULL;
    if (!k)
        return;
    disconnect(k);
    sodium_free(k->buffers); /* wipes */
    free(k->program);
    free(k->home);
    free(k->origin);
    free(k->user);
    free(k->escrow);
    pthread_mutex_destroy(&k->link);
    pthread_mutex_destroy(&k->pool);
    free(k);
}

int keyholder_restart(struct keyholder *keyholder, struct error *error)
{
    pthread_mutex_lock(&keyholder->link);
    disconnect(keyholder);
    int result = connect_new(keyholder, error);
    if (result != 0)
        disconnect(keyholder);
    pthread_mutex_unlock(&keyholder->link);
    return result;
}

pid_t keyholder_process(struct keyholder *keyholder)
{
    pthread_mutex_lock(&keyholder->link);
    pid_t process = keyholder->process;
    pthread_mutex_unlock(&keyholder->link);
    return process;
}

/* An exchange is over: what it left in the buffers goes, and the next may begin. */
static int over(struct keyholder *keyholder, int result)
{
    keyholder_wipe(keyholder);
    pthread_mutex_unlock(&keyholder->link);
    return result;
}

int keyholder_describe(struct keyholder *keyholder, struct keyholder_description *description,
                       struct error *error)
{
    pthread_mutex_lock(&keyholder->link);
    int result = keyholder_exchange(keyholder, MESSAGE_HELLO, 0, error);
    if (result == 0) {
        *description = keyholder->buffers->reply.description.description;
        description->origin[KEYHOLDER_ORIGIN_MAX] = '\0';
    }
    return over(keyholder, result);
}

int keyholder_sign(struct keyholder *keyholder, const struct ledger_growth *growth,
                   uint8_t signature[LEDGER_SIGNATURE_SIZE], struct error *error)
{
    pthread_mutex_lock(&keyholder->link);
    keyholder->buffers->request.growth.growth = *growth;
    int result = keyholder_exchange(keyholder, MESSAGE_SIGN, 0, error);
    if (result == 0)
        memcpy(signature, keyholder->buffers->reply.signature.signature, LEDGER_SIGNATURE_SIZE);
    return over(keyholder, result);
}

static int batch_fits(size_t n, struct error *error)
{
    if (n > KEYHOLDER_BATCH)
        return error_set(error, ERROR_TOO_LARGE, "keyholder", "", "%zu keys in one request; %d are allowed",
                         n, KEYHOLDER_BATCH);
    return 0;
}

int keyholder_unwrap(struct keyholder *keyholder, const struct wrapped_key *wrapped, size_t n,
                     struct unwrapped_key *plain, struct error *error)
{
    int result = batch_fits(n, error);
    if (result != 0 || n == 0)
        return result;
    pthread_mutex_lock(&keyholder->link);
    memcpy(keyholder->buffers->request.wrapped.wrapped, wrapped, n * sizeof *wrapped);
    result = keyholder_exchange(keyholder, MESSAGE_UNWRAP, (uint32_t)n, error);
    for (size_t i = 0; result == 0 && i < n; i++) {
        plain[i].verdict = (enum wrapped_verdict)keyholder->buffers->reply.plain.verdict[i];
        memcpy(plain[i].key, keyholder->buffers->reply.plain.key[i], DATA_KEY_SIZE);
    }
    return over(keyholder, result);
}

int keyholder_rewrap(struct keyholder *keyholder, const struct wrapped_key *old, size_t n,
                     struct rewrapped_key *fresh, struct error *error)
{
    int result = batch_fits(n, error);
    if (result != 0 || n == 0)
        return result;
    pthread_mutex_lock(&keyholder->link);
    memcpy(keyholder->buffers->request.wrapped.wrapped, old, n * sizeof *old);
    result = keyholder_exchange(keyholder, MESSAGE_REWRAP, (uint32_t)n, error);
    for (size_t i = 0; result == 0 && i < n; i++) {
        fresh[i].verdict = (enum wrapped_verdict)keyholder->buffers->reply.rewrapped.verdict[i];
        fresh[i].wrapped = keyholder->buffers->reply.rewrapped.wrapped[i];
    }
    return over(keyholder, result);
}

int keyholder_turn(struct keyholder *keyholder, uint32_t *epoch, struct error *error)
{
    pthread_mutex_lock(&keyholder->link);
    int result = keyholder_exchange(keyholder, MESSAGE_TURN, 0, error);
    if (result == 0)
        *epoch = keyholder->buffers->reply.epoch.epoch;
    /* Also when no answer came: it may have turned all the same. */
    keyholder_pool_empty(keyholder);
    return over(keyholder, result);
}

/* A request that says a number and is answered by nothing but that it was done. */
static int tell_epoch(struct keyholder *keyholder, enum message_kind kind, uint32_t epoch, struct error *error)
{
    pthread_mutex_lock(&keyholder->link);
    keyholder->buffers->request.epoch.epoch = epoch;
    int result = keyholder_exchange(keyholder, kind, 0, error);
    return over(keyholder, result);
}

int keyholder_retire(struct keyholder *keyholder, uint32_t epoch, struct error *error)
{
    return tell_epoch(keyholder, MESSAGE_RETIRE, epoch, error);
}

int keyholder_escrowed(struct keyholder *keyholder, uint32_t epoch, struct error *error)
{
    return tell_epoch(keyholder, MESSAGE_ESCROWED, epoch, error);
}

int keyholder_escrow(struct keyholder *keyholder, uint32_t number, struct keyholder_sealed_share *share,
                     struct error *error)
{
    pthread_mutex_lock(&keyholder->link);
    keyholder->buffers->request.epoch.epoch = number;
    int result = keyholder_exchange(keyholder, MESSAGE_ESCROW, 0, error);
    if (result == 0) {
        *share = keyholder->buffers->reply.share.share;
        share->agency[sizeof share->agency - 1] = '\0';
    }
    if (result == 0 && share->size > sizeof share->file)
        result = error_set(error, ERROR_SYSTEM, "keyholder", "", "a sealed share is longer than there is room");
    return over(keyholder, result);
}
