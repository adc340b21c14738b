#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include <stdint.h>

/*
 * The kernel's Landlock interface up to version 6, stated here because the headers of the system may be older
 * than the kernel that the program runs on. Numbers: Documentation/userspace-api/landlock.rst.
 */
enum { LANDLOCK_CALL_CREATE = 444, LANDLOCK_CALL_ADD = 445, LANDLOCK_CALL_RESTRICT = 446 };
enum { LANDLOCK_ASK_VERSION = 1, LANDLOCK_BENEATH = 1 };

struct landlock_rules {
    uint64_t files;   /* version 1 */
    uint64_t network; /* version 4 */
    uint64_t scopes;  /* version 6 */
};

struct landlock_beneath {
    uint64_t allowed;
    int32_t folder;
} __attribute__((packed));

#define LANDLOCK_EXECUTE (UINT64_C(1) << 0)
#define LANDLOCK_WRITE_FILE (UINT64_C(1) << 1)
#define LANDLOCK_READ_FILE (UINT64_C(1) << 2)
#define LANDLOCK_READ_FOLDER (UINT64_C(1) << 3)
#define LANDLOCK_REMOVE_FOLDER (UINT64_C(1) << 4)
#define LANDLOCK_REMOVE_FILE (UINT64_C(1) << 5)
#define LANDLOCK_MAKE_FOLDER (UINT64_C(1) << 7)
#define LANDLOCK_MAKE_FILE (UINT64_C(1) << 8)
#define LANDLOCK_MAKE_SOCKET (UINT64_C(1) << 9)
#define LANDLOCK_REFER (UINT64_C(1) << 13)    /* version 2: rename between folders */
#define LANDLOCK_TRUNCATE (UINT64_C(1) << 14) /* version 3 */
#define LANDLOCK_IOCTL (UINT64_C(1) << 15)    /* version 5: of devices */
#define LANDLOCK_FILES_1 ((UINT64_C(1) << 13) - 1)

#define LANDLOCK_NETWORK_ALL UINT64_C(3) /* bind and connect TCP */
#define LANDLOCK_SCOPES_ALL UINT64_C(3)  /* abstract Unix sockets, signals */

#endif
