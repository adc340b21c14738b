#include "desk.h"

#include "epoch.h"
#include "escrow/escrow.h"
#include "identity.h"
#include "secret.h"
#include "tree.h"

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum desk_state { WAITING = 1, READY = 2, TURNING = 4 };

struct keyholder_desk {
    const struct keyholder_folder *folder;
    bool greeted;
    struct keyholder_tree tree;
    struct keyholder_identity identity;
    struct keyholder_epochs epochs;
    struct keyholder_escrow escrow;
    struct keyholder_epoch older;  /* see look_again */
    union message_request request; /* a copy, aligned; zero between two messages */
};

typedef int answer_function(struct keyholder_desk *desk, const union message_request *request,
                            union message_reply *reply, struct error *error);

/*
 * Of a folder that is only read, while its keyholder goes on: the newest signed tree, and epochs that have begun
 * since. An epoch that was retired meanwhile is kept, for who still reads an older picture of the database.
 */
static int look_again(struct keyholder_desk *desk, struct error *error)
{
    struct keyholder_tree tree;
    int result = keyholder_tree_load(desk->folder, &tree, error);
    if (result != 0)
        return result;
    desk->tree = tree;
    uint32_t known = keyholder_epochs_current(&desk->epochs);
    desk->older = desk->epochs.epoch[desk->epochs.count - 1];
    result = keyholder_epochs_load(desk->folder, &desk->epochs, error);
    if (result == 0 && desk->epochs.count == 1 && desk->epochs.epoch[0].number == known + 1) {
        desk->epochs.epoch[1] = desk->epochs.epoch[0];
        desk->epochs.epoch[0] = desk->older;
        desk->epochs.count = 2;
    }
    sodium_memzero(&desk->older, sizeof desk->older);
    return result;
}

static int answer_hello(struct keyholder_desk *desk, const union message_request *request,
                        union message_reply *reply, struct error *error)
{
    struct keyholder_description *d = &reply->description.description;
    (void)request;
    int result = desk->folder->read_only ? look_again(desk, error) : 0;
    if (result != 0)
        return result;
    memcpy(d->origin, desk->identity.origin, sizeof d->origin);
    memcpy(d->public_key, desk->identity.public_key, sizeof d->public_key);
    d->epoch = keyholder_epochs_current(&desk->epochs);
    d->oldest_epoch = desk->epochs.epoch[0].number;
    d->signed_tree = desk->tree.head;
    if (desk->escrow.plan) {
        d->escrow_count = desk->escrow.plan->count;
        d->escrow_needed = desk->escrow.plan->needed;
        d->escrow_epoch = desk->escrow.done;
    }
    desk->greeted = true;
    return 0;
}

static int answer_keys(struct keyholder_desk *desk, const union message_request *request,
                       union message_reply *reply, struct error *error)
{
    (void)error;
    for (uint32_t i = 0; i < request->head.count; i++) {
        struct data_key *key = &reply->keys.key[i];
        randombytes_buf(key->key, sizeof key->key);
        keyholder_epochs_wrap(&desk->epochs, key->key, &key->wrapped);
    }
    return 0;
}

static bool any_unknown(const struct keyholder_desk *desk, const union message_request *request)
{
    for (uint32_t i = 0; i < request->head.count; i++)
        if (wrapped_key_epoch(&request->wrapped.wrapped[i]) > keyholder_epochs_current(&desk->epochs))
            return true;
    return false;
}

static int answer_unwrap(struct keyholder_desk *desk, const union message_request *request,
                         union message_reply *reply, struct error *error)
{
    if (desk->folder->read_only && any_unknown(desk, request) && look_again(desk, error) != 0)
        return error->code;
    for (uint32_t i = 0; i < request->head.count; i++)
        reply->plain.verdict[i] = (uint8_t)keyholder_epochs_unwrap(
            &desk->epochs, &request->wrapped.wrapped[i], reply->plain.key[i]);
    return 0;
}

static int answer_rewrap(struct keyholder_desk *desk, const union message_request *request,
                         union message_reply *reply, struct error *error)
{
    uint8_t key[DATA_KEY_SIZE];
    (void)error;
    for (uint32_t i = 0; i < request->head.count; i++) {
        enum wrapped_verdict verdict =
            keyholder_epochs_unwrap(&desk->epochs, &request->wrapped.wrapped[i], key);
        if (verdict == WRAPPED_GOOD)
            keyholder_epochs_wrap(&desk->epochs, key, &reply->rewrapped.wrapped[i]);
        reply->rewrapped.verdict[i] = (uint8_t)verdict;
    }
    sodium_memzero(key, sizeof key);
    return 0;
}

static int answer_sign(struct keyholder_desk *desk, const union message_request *request,
                       union message_reply *reply, struct error *error)
{
    const struct ledger_growth *growth = &request->growth.growth;
    int result = keyholder_tree_judge(&desk->tree, growth, error);
    if (result == ERROR_CHECK)
        log_line(LOG_LEVEL_ERROR, "keyholder", "REFUSED TO SIGN: %s. %s", error->what, error->fix);
    if (result == 0 && growth->to.size != desk->tree.head.size)
        result = keyholder_tree_advance(&desk->tree, &growth->to, error);
    if (result == 0)
        result = keyholder_identity_sign(&desk->identity, &desk->tree.head, reply->signature.signature, error);
    return result;
}

static int answer_turn(struct keyholder_desk *desk, const union message_request *request,
                       union message_reply *reply, struct error *error)
{
    (void)request;
    int result = keyholder_epochs_turn(desk->folder, &desk->epochs, error);
    if (result == 0) {
        reply->epoch.epoch = keyholder_epochs_current(&desk->epochs);
        log_line(LOG_LEVEL_INFO, "keyholder", "epoch %" PRIu32 " begins", reply->epoch.epoch);
    }
    return result;
}

static int answer_retire(struct keyholder_desk *desk, const union message_request *request,
                         union message_reply *reply, struct error *error)
{
    uint32_t epoch = request->epoch.epoch;
    (void)reply;
    if (desk->escrow.plan && desk->escrow.done != keyholder_epochs_current(&desk->epochs))
        return error_set(error, ERROR_CONFLICT, "escrow", "Write the shares of the new epoch first.",
                         "epoch %" PRIu32 " is not escrowed yet: the one before must stay", keyholder_epochs_current(&desk->epochs));
    int result = keyholder_epochs_retire(desk->folder, &desk->epochs, epoch, error);
    if (result == 0)
        log_line(LOG_LEVEL_INFO, "keyholder", "epoch %" PRIu32 " is retired", epoch);
    return result;
}

static int answer_escrow(struct keyholder_desk *desk, const union message_request *request,
                         union message_reply *reply, struct error *error)
{
    return keyholder_escrow_share(&desk->escrow, &desk->epochs, &desk->identity, request->epoch.epoch, &reply->share.share,
                                  error);
}

static int answer_escrowed(struct keyholder_desk *desk, const union message_request *request,
                           union message_reply *reply, struct error *error)
{
    uint32_t epoch = request->epoch.epoch;
    (void)reply;
    int result = keyholder_escrow_finish(&desk->escrow, desk->folder, epoch, error);
    if (result == 0)
        log_line(LOG_LEVEL_INFO, "keyholder", "epoch %" PRIu32 " is escrowed with %" PRIu32 " agencies, %" PRIu32 " of them needed",
                 epoch, desk->escrow.plan->count, desk->escrow.plan->needed);
    return result;
}

static const struct desk_row {
    unsigned states; /* in which it is answered */
    answer_function *answer;
    bool looks_only; /* answered also where nothing may be written */
} ROWS[MESSAGE_KINDS] = {
    [MESSAGE_HELLO] = {WAITING | READY | TURNING, answer_hello, true},
    [MESSAGE_KEYS] = {READY | TURNING, answer_keys, false},
    [MESSAGE_UNWRAP] = {READY | TURNING, answer_unwrap, true},
    [MESSAGE_SIGN] = {READY | TURNING, answer_sign, false},
    [MESSAGE_TURN] = {READY, answer_turn, false},
    [MESSAGE_REWRAP] = {READY | TURNING, answer_rewrap, false},
    [MESSAGE_RETIRE] = {READY | TURNING, answer_retire, false},
    [MESSAGE_ESCROW] = {READY | TURNING, answer_escrow, false},
    [MESSAGE_ESCROWED] = {READY | TURNING, answer_escrowed, false},
};

static enum desk_state state_of(const struct keyholder_desk *desk)
{
    if (!desk->greeted)
        return WAITING;
    return desk->epochs.count == 2 ? TURNING : READY;
}

static int check_state(const struct keyholder_desk *desk, unsigned kind, struct error *error)
{
    enum desk_state state = state_of(desk);
    if (desk->folder->read_only && !ROWS[kind].looks_only)
        return error_set(error, ERROR_FORBIDDEN, "keyholder message", "", "this keyholder only reads");
    if (ROWS[kind].states & state)
        return 0;
    if (state == WAITING)
        return error_set(error, ERROR_INPUT, "keyholder message", "", "the first request must be hello");
    return error_set(error, ERROR_CONFLICT, "epoch", "Wrap all keys anew and retire the older epoch first.",
                     "epoch %" PRIu32 " is not retired yet", desk->epochs.epoch[0].number);
}

size_t keyholder_desk_answer(struct keyholder_desk *desk, const void *message, size_t size,
                             union message_reply *reply)
{
    struct error error = {0};
    union message_request *request = &desk->request;
    int result = keyholder_message_check(message, size, &error);
    /* A check that passed has bounded the size by that of its kind. */
    size_t copied = result == 0 ? size : size >= sizeof request->head ? sizeof request->head : 0, answered = 0;
    memcpy(request, message, copied);
    unsigned kind = request->head.kind;
    if (result == 0)
        result = check_state(desk, kind, &error);
    if (result == 0) {
        answered = keyholder_message_size(keyholder_message_shape(kind)->reply, request->head.count);
        memset(reply, 0, answered);
        reply->head = request->head;
        result = ROWS[kind].answer(desk, request, reply, &error);
    }
    uint64_t sequence = request->head.sequence;
    sodium_memzero(request, copied);
    if (result == 0)
        return answered;
    /* Nothing of a half made answer leaves. */
    sodium_memzero(reply, sizeof *reply);
    keyholder_message_fail(&reply->failure, sequence, &error);
    return sizeof reply->failure;
}

bool keyholder_desk_unsettled(const struct keyholder_desk *desk)
{
    return desk->tree.unsynced;
}

int keyholder_desk_settle(struct keyholder_desk *desk, struct error *error)
{
    return keyholder_tree_settle(&desk->tree, error);
}

struct first_look {
    const struct keyholder_folder *folder;
    bool any, epoch, foreign; /* files there are; the first epoch's; others than those that come before the identity */
};

/* At the start: what a crash left half written was never in use. */
static int look_at(void *self, const char *name, struct error *error)
{
    struct first_look *look = self;
    if (look->folder->read_only)
        return 0;
    if (text_ends(text_of(name), TEXT(".new"))) {
        if (unlinkat(look->folder->fd, name, 0) != 0)
            return error_system(error, errno, name, "a half written file cannot be removed");
        return 0;
    }
    look->any = true;
    bool epoch = strcmp(name, "epoch-1") == 0;
    look->epoch = look->epoch || epoch;
    look->foreign = look->foreign || (!epoch && strcmp(name, "tree") != 0);
    return 0;
}

/*
 * Keys without an identity. Where the making of new ones was cut short, they have never been in use: the tree, which is
 * made first, has signed nothing, and there is nothing else. Then what lacks is made; anything else is a folder of which
 * something was lost.
 */
static int check_unused(const struct first_look *look, struct error *error)
{
    struct keyholder_tree tree = {.fd = -1};
    struct error why;
    bool unused = !look->foreign && keyholder_tree_load(look->folder, &tree, &why) == 0 && tree.sequence == 1 &&
                  tree.head.size == 0;
    keyholder_tree_close(&tree);
    if (unused) {
        log_line(LOG_LEVEL_WARNING, "keyholder", "the making of the keys was cut short: finishing it");
        return 0;
    }
    return error_set(error, ERROR_CHECK, look->folder->path,
                     "If it has never been in use, remove it and start again; otherwise put it back from its backup.",
                     "the folder has keys but no identity: it is incomplete");
}

static int create(struct keyholder_desk *desk, const struct first_look *look, const char *origin, struct error *error)
{
    if (!origin)
        return error_set(error, ERROR_INVALID, "--origin",
                         "Give the log a name, such as the address of this server.",
                         "there are no keys yet and no name for the log");
    /* The tree comes first: it shows that the rest was never in use. The identity comes last: with it the folder is
     * complete. */
    int result = look->any ? check_unused(look, error) : keyholder_tree_create(desk->folder, error);
    if (result == 0 && !look->epoch)
        result = keyholder_epochs_turn(desk->folder, &desk->epochs, error);
    if (result == 0)
        result = keyholder_identity_create(desk->folder, origin, error);
    if (result == 0)
        log_line(LOG_LEVEL_INFO, "keyholder", "new keys for the log %s", origin);
    return result;
}

static int load(struct keyholder_desk *desk, const char *origin, struct error *error)
{
    bool found = false;
    struct first_look look = {.folder = desk->folder};
    if (origin && !keyholder_origin_valid(origin))
        return error_set(error, ERROR_INVALID, "--origin",
                         "Use 1 to 255 printable ASCII characters, no space or +.",
                         "this cannot be the name of a log");
    int result = keyholder_identity_load(desk->folder, &desk->identity, &found, error);
    if (result == 0)
        result = keyholder_folder_list(desk->folder, look_at, &look, error);
    if (result == 0 && !found && desk->folder->read_only)
        result = error_set(error, ERROR_MISSING, desk->folder->path, "Check the name of the home (--home, --config, PROVISO_HOME).", "there are no keys here");
    if (result == 0 && !found) {
        result = create(desk, &look, origin, error);
        if (result == 0)
            result = keyholder_identity_load(desk->folder, &desk->identity, &found, error);
    }
    if (result == 0 && origin && strcmp(origin, desk->identity.origin) != 0)
        result = error_set(error, ERROR_INVALID, "--origin", "A log keeps its name: use the old one.",
                           "the keys belong to the log %s", desk->identity.origin);
    if (result == 0)
        result = keyholder_epochs_load(desk->folder, &desk->epochs, error);
    if (result == 0)
        result = keyholder_tree_load(desk->folder, &desk->tree, error);
    return result;
}

int keyholder_desk_open(const struct keyholder_folder *folder, const char *origin,
                        struct keyholder_desk **out, struct error *error)
{
    struct keyholder_desk *desk = keyholder_secret_new(sizeof *desk, error);
    *out = NULL;
    if (!desk)
        return ERROR_SYSTEM;
    desk->folder = folder;
    desk->tree.fd = -1;
    int result = load(desk, origin, error);
    if (result == 0)
        *out = desk;
    else
        keyholder_desk_close(&desk);
    return result;
}

int keyholder_desk_escrow(struct keyholder_desk *desk, const struct keyholder_plan *plan, struct error *error)
{
    return keyholder_escrow_load(desk->folder, desk->identity.origin, plan, &desk->escrow, error);
}

void keyholder_desk_close(struct keyholder_desk **desk)
{
    if (*desk) {
        keyholder_escrow_end(&(*desk)->escrow);
        keyholder_tree_close(&(*desk)->tree);
        sodium_free(*desk);
    }
    *desk = NULL;
}
