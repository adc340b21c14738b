#include "age.h"
#include "inside.h"

#include <stdio.h>
#include <unistd.h>

#define BELIEVED (CLOCK_DAY / 2)
#define DOUBTED CLOCK_DAY
#define KEEP_EVERY (600 * CLOCK_SECOND)

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* "3 days", "14 hours" */
static const char *words_for(int64_t span, char words[40])
{
    long long hours = span / (3600 * CLOCK_SECOND);
    snprintf(words, 40, hours < 48 ? "%lld hours" : "%lld days", hours < 48 ? hours : hours / 24);
    return words;
}

static void tell_doubt(const struct age *age, int64_t now)
{
    char clock[40], ours[40], span[40];
    ARENA_SCOPE struct arena *arena = arena_new(4096, ARENA_PLAIN);
    if (!arena)
        return;
    snprintf(clock, sizeof clock, "%.*s", TEXT_ARGS(instant_format(arena, now)));
    snprintf(ours, sizeof ours, "%.*s", TEXT_ARGS(instant_format(arena, age->at)));
    if (age->apart > 0)
        log_line(LOG_LEVEL_WARNING, "gate",
                 "the clock of this machine says %s, %s later than the service has seen (%s). Was it off for so long, all is "
                 "well. If not, set the clock: what was recorded meanwhile has a wrong time. Until the service has run for a day "
                 "with this clock nothing is destroyed for its age, and legal holds stand",
                 clock, words_for(age->apart, span), ours);
    else
        log_line(LOG_LEVEL_WARNING, "gate",
                 "the clock of this machine says %s, %s earlier than the service has seen (%s): set the clock, unless it was "
                 "wrong before and is right now. What is recorded has this time, in its true place",
                 clock, words_for(-age->apart, span), ours);
}

/* With the lock. */
static void look(struct age *age, int64_t now)
{
    int64_t steady = age->steady();
    if (steady > age->read)
        age->at += steady - age->read;
    age->read = steady;
    if (distance(now, age->at) <= BELIEVED) {
        if (age->apart)
            log_line(LOG_LEVEL_INFO, "gate", "the clock of this machine agrees with what the service has seen again");
        age->at = now;
        age->apart = 0;
    } else if (!age->apart || distance(now - age->at, age->apart) > BELIEVED) {
        age->apart = now - age->at;
        age->since = age->at;
        tell_doubt(age, now);
    } else if (age->at - age->since >= DOUBTED) {
        log_line(LOG_LEVEL_WARNING, "gate", "the clock of this machine has stood for a day of service: it is believed from here on");
        age->at = now;
        age->apart = 0;
    }
}

int64_t age_look(struct gate *gate, int64_t now)
{
    struct age *age = &gate->age;
    pthread_mutex_lock(&age->lock);
    if (age->begun)
        look(age, now);
    int64_t at = age->begun ? age->at : now;
    pthread_mutex_unlock(&age->lock);
    return at;
}

/* "at apart since", as microseconds. False: there is no such file, or it is none of ours. */
static bool read_kept(struct age *age)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    struct error ignored;
    struct text content, word[3];
    if (!arena || !age->path[0] || access(age->path, F_OK) != 0 || file_read(arena, age->path, 200, &content, &ignored) != 0)
        return false;
    int64_t value[3];
    content = text_trim(content);
    for (int i = 0; i < 3; i++)
        if (!text_next(&content, ' ', &word[i]) || !text_to_int64(word[i], &value[i]))
            return false;
    age->at = age->kept = value[0];
    age->apart = value[1];
    age->since = value[2];
    age->kept_apart = age->apart != 0;
    return true;
}

void age_begin(struct gate *gate, int64_t newest)
{
    struct age *age = &gate->age;
    int64_t now = gate_now(gate);
    if (!gate->read_only)
        snprintf(age->path, sizeof age->path, "%s/data/clock", gate->home);
    if (!read_kept(age))
        age->at = newest > 0 && newest < INT64_MAX / 4 ? newest : now; /* who wrote the database may have put anything there */
    age->read = age->steady();
    age->begun = true;
    look(age, now);
}

void age_keep(struct gate *gate, bool ending)
{
    struct age *age = &gate->age;
    struct error error;
    char line[100];
    pthread_mutex_lock(&age->lock);
    bool due = age->begun && age->path[0] &&
               (ending || distance(age->at, age->kept) >= KEEP_EVERY || age->kept_apart != (age->apart != 0));
    if (due) {
        int n = snprintf(line, sizeof line, "%lld %lld %lld\n", (long long)age->at, (long long)age->apart, (long long)age->since);
        if (file_replace(age->path, (struct text){line, (size_t)n}, 0600, &error) == 0)
            age->kept_apart = age->apart != 0;
        else
            log_line(LOG_LEVEL_WARNING, "gate", "what the service has seen of time cannot be kept: %s: %s", error.where, error.what);
        age->kept = age->at; /* tried again in ten minutes */
    }
    pthread_mutex_unlock(&age->lock);
}

bool gate_doubts_clock(struct gate *gate, struct gate_doubt *out)
{
    struct age *age = &gate->age;
    int64_t now = gate_now(gate);
    age_look(gate, now);
    pthread_mutex_lock(&age->lock);
    *out = (struct gate_doubt){.now = now, .seen = age->at, .left = age->apart ? age->since + DOUBTED - age->at : 0};
    bool doubted = age->apart != 0;
    pthread_mutex_unlock(&age->lock);
    return doubted;
}
