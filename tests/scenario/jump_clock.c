/*
 * Loaded before a program (LD_PRELOAD): its clock is ahead of the machine's by as many seconds as the first eight bytes of the
 * file JUMP_FILE say, at each moment anew. What measures spans goes on as it is, but each look at it finds as many seconds more
 * gone by as the next eight bytes say: so slow the machine is.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;
static _Atomic int64_t waited;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("JUMP_FILE");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *p = fd < 0 ? MAP_FAILED : mmap(NULL, 2 * sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (p == MAP_FAILED)
        abort(); /* a test that runs by the machine's clock would show nothing */
    ahead = p;
}

int clock_gettime(clockid_t which, struct timespec *at)
{
    if (syscall(SYS_clock_gettime, which, at) != 0)
        return -1;
    if (ahead && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        at->tv_sec += ahead[0];
    if (ahead && which == CLOCK_MONOTONIC)
        at->tv_sec += atomic_fetch_add(&waited, ahead[1]) + ahead[1];
    return 0;
}

time_t time(time_t *out)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (out)
        *out = at.tv_sec;
    return at.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec at;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &at);
    *out = (struct timeval){at.tv_sec, at.tv_nsec / 1000};
    return 0;
}
