#include "signals.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

static void choose(sigset_t *chosen)
{
    sigemptyset(chosen);
    sigaddset(chosen, SIGTERM);
    sigaddset(chosen, SIGINT);
}

void signals_hold(void)
{
    sigset_t held;
    choose(&held);
    pthread_sigmask(SIG_BLOCK, &held, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void signals_wait(void)
{
    sigset_t wanted;
    int number;
    choose(&wanted);
    sigwait(&wanted, &number);
}

bool signals_take(void)
{
    sigset_t wanted;
    choose(&wanted);
    return sigtimedwait(&wanted, NULL, &(struct timespec){0}) > 0;
}
