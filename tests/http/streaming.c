#include "check.h"

#include "streaming.h"

#include "http/http.h"
#include "support/wait.h"

#include <stdatomic.h>
#include <unistd.h>

void *more_soon(void *request)
{
    usleep(300);
    http_more(request);
    return NULL;
}

uint64_t resident(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*u %llu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void wait_for(_Atomic int *counter, int value)
{
    WAIT_FOR(atomic_load(counter) >= value);
    assert_int_equal(atomic_load(counter), value);
}
