#include "new_log.h"

#include "epoch.h"
#include "identity.h"
#include "secret.h"
#include "tree.h"

#include "base/error.h"
#include "base/log.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

struct secrets {
    struct keyholder_identity identity;
    struct keyholder_epochs epochs;
};

/* The folder must be whole before anything in it is given up. */
static int check_whole(const struct keyholder_folder *folder, struct secrets *secrets, const char *origin,
                       struct ledger_head *last, struct error *error)
{
    bool found = false;
    struct keyholder_tree tree = {.fd = -1};
    int result = keyholder_identity_load(folder, &secrets->identity, &found, error);
    if (result == 0 && !found)
        result = error_set(error, ERROR_INVALID, folder->path, "", "there are no keys in this folder");
    if (result == 0 && strcmp(secrets->identity.origin, origin) == 0)
        result = error_set(error, ERROR_INVALID, "--new-log", "Choose a name that has never been used.",
                           "the log has this name already");
    if (result == 0)
        result = keyholder_epochs_load(folder, &secrets->epochs, error);
    if (result == 0)
        result = keyholder_tree_load(folder, &tree, error);
    *last = tree.head;
    keyholder_tree_close(&tree);
    return result;
}

/*
 * The identity is replaced first. Cut short after that, the new log merely begins with the old tree as its
 * last; the other way round the old key would sign another history of the old log.
 */
static int replace(const struct keyholder_folder *folder, struct secrets *secrets, const char *origin,
                   struct error *error)
{
    struct ledger_head last;
    int result = check_whole(folder, secrets, origin, &last, error);
    if (result == 0)
        result = keyholder_identity_create(folder, origin, error);
    if (result == 0)
        result = keyholder_tree_create(folder, error);
    if (result == 0)
        log_line(LOG_LEVEL_WARNING, "keyholder", "the log %s ends with %" PRIu64 " entries signed; %s begins",
                 secrets->identity.origin, last.size, origin);
    return result;
}

int keyholder_new_log(const char *home, const char *origin, struct error *error)
{
    struct keyholder_folder folder;
    struct stat status;
    if (!keyholder_origin_valid(origin))
        return error_set(error, ERROR_INVALID, "--new-log",
                         "Use 1 to 255 printable ASCII characters, no space or +.",
                         "this cannot be the name of a log");
    if (stat(home, &status) != 0)
        return error_set(error, ERROR_INVALID, home, "", "there is no such folder");
    int result = keyholder_folder_open(home, &folder, error);
    if (result != 0)
        return result;
    struct secrets *secrets = keyholder_secret_new(sizeof *secrets, error);
    result = secrets ? replace(&folder, secrets, origin, error) : ERROR_SYSTEM;
    sodium_free(secrets);
    keyholder_folder_close(&folder);
    return result;
}
