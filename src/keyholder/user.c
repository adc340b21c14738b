#include "user.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_home(const char *home, const struct passwd *entry, struct error *error)
{
    if (mkdir(home, 0700) != 0)
        return errno == EEXIST ? 0
                               : error_system(error, errno, home, "the folder for the keys cannot be made");
    if (chown(home, entry->pw_uid, entry->pw_gid) != 0)
        return error_system(error, errno, home, "the folder cannot be given to the user %s", entry->pw_name);
    return file_sync_folder(home, error);
}

int keyholder_become(const char *user, const char *home, struct error *error)
{
    struct passwd entry, *found = NULL;
    char text[4096];
    if (!user)
        return 0;
    int number = getpwnam_r(user, &entry, text, sizeof text, &found);
    if (number != 0)
        return error_system(error, number, "--user", "the user cannot be looked up");
    if (!found)
        return error_set(error, ERROR_INVALID, "--user", "Create it, or name another.", "there is no user %s",
                         user);
    if (geteuid() == entry.pw_uid && getuid() == entry.pw_uid)
        return 0;
    if (geteuid() != 0)
        return error_set(error, ERROR_INVALID, "--user", "Start the server as root, or leave the user out.",
                         "only root can run the keyholder as another user");
    int result = make_home(home, &entry, error);
    if (result != 0)
        return result;
    if (setgroups(0, NULL) != 0 || setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid) != 0 ||
        setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid) != 0)
        return error_system(error, errno, "--user", "the keyholder cannot become the user %s", user);
    if (entry.pw_uid != 0 && setuid(0) == 0)
        return error_set(error, ERROR_SYSTEM, "--user", "", "root could not be given up for good");
    return 0;
}
