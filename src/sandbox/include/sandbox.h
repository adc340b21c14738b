#ifndef SANDBOX_H
#define SANDBOX_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A process gives up, for good, what it will not need: system calls (seccomp) and files (Landlock).
 *
 * sandbox_enter() is called once, after the process has started the programs it needs and before its first
 * thread: Landlock binds the calling thread and the threads it makes later, no others. Everything opened
 * before stays open. What is forbidden fails with EPERM (a system call) or EACCES (a file); nothing is
 * killed.
 *
 * Where the kernel has no Landlock or no seccomp the part that is missing is left out with one warning line,
 * and `state` says so. Any other failure is an error, and the caller should end: it may be half confined.
 *
 * The profiles, and what is forbidden in each:
 *
 *   SANDBOX_KEYHOLDER  may compute, talk over what it has open, and use the files granted. No socket, no
 * program, no new process or thread, no new executable memory; signals to other processes and abstract
 * sockets are cut off where the kernel can. SANDBOX_SERVE      network (IPv4, IPv6, Unix, netlink; no raw
 * sockets), threads and child processes, the files granted and the system's read-only parts (libraries, time
 * zones, certificates, name resolution). No program can be started, no other process looked into, no
 * namespace, mount, kernel module, key ring, io_uring or BPF; memory is never writable and executable.
 */
enum sandbox_profile { SANDBOX_KEYHOLDER, SANDBOX_SERVE };

enum sandbox_grant {
    SANDBOX_READ,  /* read the file, or everything beneath the folder */
    SANDBOX_WRITE, /* read, write, create, rename and remove beneath the folder */
    /*
     * Must stay out of reach, whatever else is granted. Landlock only adds rights: a granted folder gives all
     * that lies beneath it. A grant that would reach this path makes sandbox_enter() fail with ERROR_INVALID
     * before anything is given up. So `serve` is granted the folders it works in, never the folder that also
     * holds the keyholder's.
     */
    SANDBOX_NEVER,
};

struct sandbox_path {
    const char *path;
    enum sandbox_grant grant;
    bool optional; /* no error if it does not exist */
};

struct sandbox_state {
    bool calls;           /* seccomp is in force */
    bool paths;           /* Landlock is in force */
    int landlock_version; /* of the kernel; 0 without Landlock */
};

/*
 * Confines this process. `state` may be NULL. Also sets no_new_privs. ERROR_INVALID: a path does not exist,
 * or a grant reaches a SANDBOX_NEVER. ERROR_SYSTEM: the kernel refused.
 */
int sandbox_enter(enum sandbox_profile profile, const struct sandbox_path *paths, size_t count,
                  struct sandbox_state *state, struct error *error);

/* What this kernel offers, without entering. */
struct sandbox_state sandbox_probe(void);

/*
 * No core dump, no other process of the same user may trace this one or read its memory. For processes that
 * hold keys; independent of sandbox_enter().
 */
int sandbox_hide_memory(struct error *error);

#endif
