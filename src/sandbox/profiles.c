#include "private.h"

#include <sched.h>
#include <sys/mman.h>

#define ALLOW(call)                                                                                          \
    {                                                                                                        \
        .name = (call)                                                                                       \
    }
#define FORBID(call)                                                                                         \
    {                                                                                                        \
        .name = (call), .answer = EPERM                                                                      \
    }
#define ABSENT(call)                                                                                         \
    {                                                                                                        \
        .name = (call), .answer = ENOSYS                                                                     \
    }
/* Allowed or forbidden only where an argument, masked, has a value. */
#define ALLOW_IF(call, n, bits, is)                                                                          \
    {                                                                                                        \
        .name = (call), .conditional = true, .argument = (n), .mask = (bits), .value = (is)                  \
    }
#define FORBID_IF(call, n, bits, is)                                                                         \
    {                                                                                                        \
        .name = (call), .answer = EPERM, .conditional = true, .argument = (n), .mask = (bits), .value = (is) \
    }

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A short list of what is allowed; all else is refused. */
static const struct call_rule KEYHOLDER_CALLS[] = {
    /* messages and files already open */
    ALLOW("read"),
    ALLOW("write"),
    ALLOW("writev"),
    ALLOW("pread64"),
    ALLOW("pwrite64"),
    ALLOW("lseek"),
    ALLOW("recvfrom"),
    ALLOW("sendto"),
    ALLOW("recvmsg"),
    ALLOW("sendmsg"),
    ALLOW("poll"),
    ALLOW("ppoll"),
    ALLOW("fsync"),
    ALLOW("fdatasync"),
    ALLOW("fstat"),
    ALLOW("newfstatat"),
    ALLOW("statx"),
    ALLOW("fcntl"),
    ALLOW("close"),
    ALLOW("flock"),
    ALLOW("ftruncate"),
    /* files of the folder granted: Landlock keeps them to it */
    ALLOW("openat"),
    ALLOW("renameat"),
    ALLOW("renameat2"),
    ALLOW("unlinkat"),
    ALLOW("getdents64"),
    /* memory, never executable */
    ALLOW("brk"),
    ALLOW("munmap"),
    ALLOW("mremap"),
    ALLOW("madvise"),
    ALLOW("mlock"),
    ALLOW("mlock2"),
    ALLOW("munlock"),
    ALLOW_IF("mmap", 2, PROT_EXEC, 0),
    ALLOW_IF("mprotect", 2, PROT_EXEC, 0),
    /* time, randomness, signals to itself, the end */
    ALLOW("clock_gettime"),
    ALLOW("gettimeofday"),
    ALLOW("time"),
    ALLOW("nanosleep"),
    ALLOW("clock_nanosleep"),
    ALLOW("getrandom"),
    ALLOW("futex"),
    ALLOW("sched_yield"),
    ALLOW("restart_syscall"),
    ALLOW("rt_sigreturn"),
    ALLOW("rt_sigaction"),
    ALLOW("rt_sigprocmask"),
    ALLOW("sigaltstack"),
    ALLOW("getpid"),
    ALLOW("gettid"),
    ALLOW("getuid"),
    ALLOW("geteuid"),
    ALLOW("tgkill"),
    ALLOW("exit"),
    ALLOW("exit_group"),
    ABSENT("clone3"),
    /* a sanitizer's own thread begins with these */
    ALLOW("rseq"),
    ALLOW("set_robust_list"),
};

/* The server stands on many libraries: what is dangerous is listed, all else is allowed. */
static const struct call_rule SERVE_CALLS[] = {
    /* programs */
    FORBID("execve"),
    FORBID("execveat"),
    /* other processes */
    FORBID("ptrace"),
    FORBID("process_vm_readv"),
    FORBID("process_vm_writev"),
    FORBID("process_madvise"),
    FORBID("pidfd_getfd"),
    FORBID("kcmp"),
    FORBID("migrate_pages"),
    FORBID("move_pages"),
    /* namespaces and mounts; clone3 hides its flags from a filter, so the C library is made to use clone */
    FORBID("unshare"),
    FORBID("setns"),
    ABSENT("clone3"),
    FORBID_IF("clone", 0, CLONE_NEWNS, CLONE_NEWNS),
    FORBID_IF("clone", 0, CLONE_NEWUSER, CLONE_NEWUSER),
    FORBID_IF("clone", 0, CLONE_NEWPID, CLONE_NEWPID),
    FORBID_IF("clone", 0, CLONE_NEWNET, CLONE_NEWNET),
    FORBID_IF("clone", 0, CLONE_NEWIPC, CLONE_NEWIPC),
    FORBID_IF("clone", 0, CLONE_NEWUTS, CLONE_NEWUTS),
    FORBID_IF("clone", 0, CLONE_NEWCGROUP, CLONE_NEWCGROUP),
    FORBID("mount"),
    FORBID("umount2"),
    FORBID("pivot_root"),
    FORBID("chroot"),
    FORBID("open_tree"),
    FORBID("move_mount"),
    FORBID("fsopen"),
    FORBID("fsconfig"),
    FORBID("fsmount"),
    FORBID("fspick"),
    FORBID("mount_setattr"),
    FORBID("open_by_handle_at"),
    FORBID("name_to_handle_at"),
    /* the kernel */
    FORBID("init_module"),
    FORBID("finit_module"),
    FORBID("delete_module"),
    FORBID("kexec_load"),
    FORBID("kexec_file_load"),
    FORBID("bpf"),
    FORBID("perf_event_open"),
    FORBID("userfaultfd"),
    ABSENT("io_uring_setup"),
    ABSENT("io_uring_enter"),
    ABSENT("io_uring_register"),
    FORBID("add_key"),
    FORBID("request_key"),
    FORBID("keyctl"),
    FORBID("reboot"),
    FORBID("swapon"),
    FORBID("swapoff"),
    FORBID("acct"),
    FORBID("quotactl"),
    FORBID("syslog"),
    FORBID("settimeofday"),
    FORBID("clock_settime"),
    FORBID("clock_adjtime"),
    FORBID("adjtimex"),
    FORBID("sethostname"),
    FORBID("setdomainname"),
    FORBID("iopl"),
    FORBID("ioperm"),
    FORBID("modify_ldt"),
    FORBID("personality"),
    FORBID("vhangup"),
    FORBID("fanotify_init"),
    FORBID("mknod"),
    FORBID("mknodat"),
    /* the terminal that it was started from */
    FORBID_IF("ioctl", 1, 0xffffffff, 0x5412 /* TIOCSTI */),
    /* memory that is writable and executable */
    FORBID_IF("mmap", 2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC),
    FORBID_IF("mprotect", 2, PROT_EXEC, PROT_EXEC),
    FORBID_IF("pkey_mprotect", 2, PROT_EXEC, PROT_EXEC),
};

#define SYSTEM(place)                                                                                        \
    {                                                                                                        \
        .path = (place), .grant = SANDBOX_READ, .optional = true                                             \
    }
#define DEVICE(place)                                                                                        \
    {                                                                                                        \
        .path = (place), .grant = SANDBOX_WRITE, .optional = true                                            \
    }

static const struct sandbox_path SERVE_PATHS[] = {
    SYSTEM("/usr"),
    SYSTEM("/lib"),
    SYSTEM("/lib64"),
    /* name resolution, certificates, time zone: never the whole of /etc */
    SYSTEM("/etc/hosts"),
    SYSTEM("/etc/resolv.conf"),
    SYSTEM("/etc/nsswitch.conf"),
    SYSTEM("/etc/host.conf"),
    SYSTEM("/etc/gai.conf"),
    SYSTEM("/etc/services"),
    SYSTEM("/etc/protocols"),
    SYSTEM("/etc/passwd"),
    SYSTEM("/etc/group"),
    SYSTEM("/etc/localtime"),
    SYSTEM("/etc/timezone"),
    SYSTEM("/etc/ld.so.cache"),
    SYSTEM("/etc/ssl/certs"),
    SYSTEM("/etc/ssl/openssl.cnf"),
    SYSTEM("/etc/fonts"),
    SYSTEM("/etc/magic"),
    SYSTEM("/proc/self"),
    SYSTEM("/proc/meminfo"),
    SYSTEM("/proc/cpuinfo"),
    SYSTEM("/sys/devices/system/cpu"),
    SYSTEM("/dev/urandom"),
    DEVICE("/dev/null"),
};

static const struct profile PROFILES[] = {
    [SANDBOX_KEYHOLDER] = {.name = "keyholder",
                           .otherwise = EPERM,
                           .rules = KEYHOLDER_CALLS,
                           .rules_n = COUNT(KEYHOLDER_CALLS)},
    [SANDBOX_SERVE] = {.name = "serve",
                       .rules = SERVE_CALLS,
                       .rules_n = COUNT(SERVE_CALLS),
                       .paths = SERVE_PATHS,
                       .paths_n = COUNT(SERVE_PATHS),
                       .network = true,
                       .signals = true,
                       .sockets = true},
};

const struct profile *sandbox_profile_of(enum sandbox_profile profile)
{
    return &PROFILES[profile];
}
