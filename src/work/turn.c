#include "work/turn.h"

#include <time.h>

struct id turn_id(const struct turn *turn)
{
    return id_new(turn->now);
}

/* The process runs in the partnership's time zone: the command line sets TZ before any thread starts. */
static struct date date_at(int64_t instant)
{
    time_t seconds = (time_t)(instant / CLOCK_SECOND);
    struct tm local;
    localtime_r(&seconds, &local);
    return (struct date){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday};
}

struct date turn_date(const struct turn *turn)
{
    return date_at(turn->now);
}

struct date turn_date_passed(const struct turn *turn)
{
    return date_at(turn->passed);
}

static int write_key(struct turn *turn, const struct turn_key *key, bool own, struct error *error)
{
    return store_run(turn->session, "INSERT INTO record_key (id, wrapped, own) VALUES ($1, $2, $3)",
                     STORE_BIND(STORE_TEXT(id_text(&key->id)), STORE_BYTES(key->wrapped, key->wrapped_n), STORE_BOOL(own)),
                     NULL, error);
}

int turn_key_write(struct turn *turn, const struct turn_key *key, struct error *error)
{
    return write_key(turn, key, false, error);
}

int turn_own_key_write(struct turn *turn, const struct turn_key *key, struct error *error)
{
    return write_key(turn, key, true, error);
}

int turn_wrote(struct turn *turn, const char *table, const struct id *row, struct error *error)
{
    struct written_row *grown = arena_more(turn->arena, turn->written, turn->written_n, &turn->written_room, sizeof *grown);
    if (!grown)
        return arena_error(turn->arena, error);
    turn->written = grown;
    turn->written[turn->written_n++] = (struct written_row){table, *row};
    return 0;
}
