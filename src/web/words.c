#include "words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static struct tm local(int64_t at)
{
    time_t seconds = (time_t)(at / CLOCK_SECOND);
    struct tm when;
    localtime_r(&seconds, &when);
    return when;
}

static struct text clock_words(struct arena *arena, const struct tm *when)
{
    int hour = when->tm_hour % 12;
    return arena_format(arena, "%d:%02d%s", hour ? hour : 12, when->tm_min, when->tm_hour < 12 ? "am" : "pm");
}

struct text words_time(struct arena *arena, struct instant at)
{
    return instant_words(arena, at.at);
}

struct text words_ago(struct arena *arena, struct instant at)
{
    if (at.at == 0)
        return TEXT("");
    struct tm when = local(at.at), now = local(clock_now()), before = local(clock_now() - CLOCK_DAY);
    struct text clock = clock_words(arena, &when);
    if (when.tm_year == now.tm_year && when.tm_yday == now.tm_yday)
        return arena_format(arena, "today at %.*s", TEXT_ARGS(clock));
    if (when.tm_year == before.tm_year && when.tm_yday == before.tm_yday)
        return arena_format(arena, "yesterday at %.*s", TEXT_ARGS(clock));
    return words_time(arena, at);
}

struct text words_size(struct arena *arena, int64_t bytes)
{
    static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;
    while (size >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        size /= 1000;
        unit++;
    }
    return arena_format(arena, unit && size < 10 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

struct text words_count(struct arena *arena, int64_t n, const char *one, const char *many)
{
    return arena_format(arena, "%lld %s", (long long)n, n == 1 ? one : many);
}

bool words_parse_time(struct text day, struct text month, struct text year, struct text time, struct instant *at)
{
    int64_t d, m, y;
    if (!text_to_int64(text_trim(day), &d) || !text_to_int64(text_trim(month), &m) ||
        !text_to_int64(text_trim(year), &y) || y < 1900 || y > 9999)
        return false;
    struct date date = {(int32_t)y, (int32_t)m, (int32_t)d};
    if (m < 1 || m > 12 || d < 1 || d > 31 || !date_valid(date))
        return false;
    char clock[16];
    int hour = 12, minute = 0, used = 0;
    struct text trimmed = text_trim(time);
    if (trimmed.n) {
        if (trimmed.n >= sizeof clock)
            return false;
        snprintf(clock, sizeof clock, "%.*s", TEXT_ARGS(trimmed));
        for (char *p = clock; *p; p++)
            if (*p == '.')
                *p = ':';
        if (sscanf(clock, "%2d:%2d%n", &hour, &minute, &used) != 2 || (size_t)used != strlen(clock) || hour < 0 ||
            hour > 23 || minute < 0 || minute > 59)
            return false;
    }
    struct tm when = {.tm_year = (int)y - 1900,
                      .tm_mon = (int)m - 1,
                      .tm_mday = (int)d,
                      .tm_hour = hour,
                      .tm_min = minute,
                      .tm_isdst = -1};
    at->at = (int64_t)mktime(&when) * CLOCK_SECOND;
    return true;
}

struct text words_join(struct arena *arena, const struct text *item, size_t n, const char *separator)
{
    struct buffer b = buffer_in(arena);
    for (size_t i = 0; i < n; i++) {
        buffer_string(&b, i ? separator : "");
        buffer_text(&b, item[i]);
    }
    return n ? buffer_result(&b) : TEXT("");
}

struct text words_and(struct arena *arena, const struct text *item, size_t n)
{
    struct text begun = words_join(arena, item, n ? n - 1 : 0, ", ");
    return n < 2 ? (n ? item[0] : TEXT("")) : arena_format(arena, "%.*s and %.*s", TEXT_ARGS(begun), TEXT_ARGS(item[n - 1]));
}

struct text words_begin(struct arena *arena, struct text text)
{
    enum { LONGEST = 180 };
    if (text.n <= LONGEST)
        return text;
    size_t end = LONGEST;
    while (end > 0 && ((unsigned char)text.p[end] & 0xc0) == 0x80)
        end--;
    return arena_format(arena, "%.*s…", (int)end, text.p);
}
