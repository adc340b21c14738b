#include "keyholder/restore.h"

#include "escrow/gather.h"
#include "identity.h"
#include "message.h"
#include "secret.h"
#include "tree.h"

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "ledger/hash.h"
#include "sandbox.h"

#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { SOCKET = 3 };

struct lists {
    uint32_t epoch[2];
    const char **share, **identity;
};

static bool take_epoch(struct keyholder_restoring *r, struct lists *lists, const char *value)
{
    int64_t number;
    if (r->epoch_count == 2 || !text_to_int64(text_of(value), &number) || number < 1 || number > UINT32_MAX)
        return false;
    lists->epoch[r->epoch_count++] = (uint32_t)number;
    return true;
}

static int parse(int argc, char **argv, struct keyholder_restoring *r, struct lists *lists, struct error *error)
{
    for (int i = 2; i < argc; i += 2) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        bool good = value != NULL;
        if (good && strcmp(name, "--home") == 0)
            r->home = value;
        else if (good && strcmp(name, "--origin") == 0)
            r->origin = value;
        else if (good && strcmp(name, "--log") == 0)
            r->log = value;
        else if (good && strcmp(name, "--keys") == 0)
            r->keys = value;
        else if (good && strcmp(name, "--share") == 0)
            lists->share[r->share_count++] = value;
        else if (good && strcmp(name, "--identity") == 0)
            lists->identity[r->identity_count++] = value;
        else if (!good || strcmp(name, "--epoch") != 0 || !take_epoch(r, lists, value))
            return error_set(error, ERROR_INPUT, name, "This command is started by `proviso restore`.", "there is no such option");
    }
    r->epoch = lists->epoch;
    r->share = lists->share;
    r->identity = lists->identity;
    return r->home && r->origin && r->log ? 0 : error_set(error, ERROR_INPUT, "--restore", "", "an option is missing");
}

/* The identity comes last: with it the folder is complete. */
static int write_keys(const struct keyholder_restoring *r, struct keyholder_epochs *found, struct error *error)
{
    struct keyholder_folder folder = {.fd = -1};
    struct keyholder_epochs *epochs = keyholder_secret_new(sizeof *epochs, error);
    if (!epochs)
        return ERROR_SYSTEM;
    int result = keyholder_folder_open(r->home, &folder, error);
    for (size_t i = 0; result == 0 && i < found->count; i++)
        result = keyholder_epochs_put(&folder, epochs, found->epoch[i].number, found->epoch[i].key, error);
    if (result == 0)
        result = keyholder_tree_create(&folder, error);
    if (result == 0)
        result = keyholder_identity_create(&folder, r->origin, error);
    sodium_free(epochs);
    keyholder_folder_close(&folder);
    return result;
}

static int restore(const struct keyholder_restoring *r, struct error *error)
{
    if (!keyholder_origin_valid(r->origin) || strcmp(r->origin, r->log) == 0)
        return error_set(error, ERROR_INVALID, "--log-name", "Use a name that has never been used: printable, without space or +.",
                         "the restored log cannot have this name");
    struct stat status;
    if (lstat(r->home, &status) == 0)
        return error_set(error, ERROR_CONFLICT, r->home, "Name an empty home.", "there are keys already");
    struct keyholder_epochs *found = keyholder_secret_new(sizeof *found, error);
    if (!found)
        return ERROR_SYSTEM;
    int result = keyholder_gather(r, found, error);
    if (result == 0)
        result = write_keys(r, found, error);
    sodium_free(found);
    if (result == 0)
        log_line(LOG_LEVEL_WARNING, "keyholder", "the log %s ends with the backup; %s begins, with a new key", r->log, r->origin);
    return result;
}

int keyholder_restore_command(int argc, char **argv)
{
    struct keyholder_restoring restoring = {0};
    struct message_failure failure;
    struct error error = {0};
    umask(077);
    /* Whoever started this has gone: nobody would know of keys that are written now. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct lists lists = {.share = calloc((size_t)argc, sizeof *lists.share), .identity = calloc((size_t)argc, sizeof *lists.identity)};
    int result = sodium_init() < 0 || !lists.share || !lists.identity ? error_set(&error, ERROR_SYSTEM, "keyholder", "", "no memory") : 0;
    if (result == 0)
        result = sandbox_hide_memory(&error);
    if (result == 0)
        result = parse(argc, argv, &restoring, &lists, &error);
    if (result == 0)
        result = restore(&restoring, &error);
    keyholder_message_fail(&failure, 0, &error);
    failure.error.code = result;
    ssize_t sent = send(SOCKET, &failure, sizeof failure, MSG_NOSIGNAL);
    free(lists.share);
    free(lists.identity);
    return sent == (ssize_t)sizeof failure ? 0 : 3;
}
