#ifndef DMN_BUILTIN_H
#define DMN_BUILTIN_H

#include "engine.h"

/* One call of a builtin. Arguments stand in the order of its parameters; those left out at the end do not count. */
struct call {
    struct engine *e;
    const struct dmn_value *const *arg;
    size_t count;
    int line;
    size_t variant; /* of the parameters, from 1, where arguments have names; 0 */
};

typedef const struct dmn_value *builtin_function(const struct call *c);

/* The argument, a list of one taken out where `kind` is not a list; NULL if it is missing or of another kind. */
const struct dmn_value *call_arg(const struct call *c, size_t at, enum dmn_kind kind);
/* As a list: itself, or one made of the value; NULL for null. */
const struct dmn_value *call_list(const struct call *c, size_t at);
/* The arguments as one list: the first where it is a list and the only one. NULL for null. */
const struct dmn_value *call_values(const struct call *c);
bool call_integer(const struct call *c, size_t at, int64_t *out); /* whole, or cut towards zero; false otherwise */
bool call_given(const struct call *c, size_t at);                 /* there, and not null */
const struct dmn_value *call_null(const struct call *c, const char *what);

/* A set of values, for what must not be compared each with each. */
struct value_set;
struct value_set *value_set_new(struct engine *e, size_t most);
/* Position of the value among those put so far; puts it where it is new, and then *added is true. */
size_t value_set_put(struct engine *e, struct value_set *set, const struct dmn_value *value, bool *added);

#define BUILTIN(name) const struct dmn_value *builtin_##name(const struct call *c)

/* Every builtin: C name, FEEL name, parameters ("?" optional, "*" any number; ";" between variants). */
#define BUILTINS(X)                                                                                                    \
    X(date, "date", "from;year,month,day")                                                                             \
    X(date_and_time, "date and time",                                                                                  \
      "from;date,time;year,month,day,hour,minute,second,offset?;year,month,day,hour,minute,second,timezone?")          \
    X(time, "time", "from;hour,minute,second,offset?")                                                                 \
    X(number, "number", "from,grouping separator,decimal separator")                                                 \
    X(string, "string", "from")                                                                                        \
    X(duration, "duration", "from")                                                                                    \
    X(years_and_months, "years and months duration", "from,to")                                                        \
    X(range, "range", "from")                                                                                          \
    X(not, "not", "negand")                                                                                            \
    X(substring, "substring", "string,start position,length?")                                                         \
    X(string_length, "string length", "string")                                                                        \
    X(upper_case, "upper case", "string")                                                                              \
    X(lower_case, "lower case", "string")                                                                              \
    X(substring_before, "substring before", "string,match")                                                            \
    X(substring_after, "substring after", "string,match")                                                              \
    X(replace, "replace", "input,pattern,replacement,flags?")                                                          \
    X(contains, "contains", "string,match")                                                                            \
    X(starts_with, "starts with", "string,match")                                                                      \
    X(ends_with, "ends with", "string,match")                                                                          \
    X(matches, "matches", "input,pattern,flags?")                                                                      \
    X(split, "split", "string,delimiter")                                                                              \
    X(string_join, "string join", "list,delimiter?")                                                   \
    X(list_contains, "list contains", "list,element")                                                                  \
    X(count, "count", "list")                                                                                          \
    X(min, "min", "list;c*")                                                                                           \
    X(max, "max", "list;c*")                                                                                           \
    X(sum, "sum", "list;n*")                                                                                           \
    X(mean, "mean", "list;n*")                                                                                         \
    X(all, "all", "list;b*")                                                                                           \
    X(any, "any", "list;b*")                                                                                           \
    X(sublist, "sublist", "list,start position,length?")                                                               \
    X(append, "append", "list,item*;list")                                                                                  \
    X(concatenate, "concatenate", "list*")                                                                             \
    X(insert_before, "insert before", "list,position,newItem")                                                         \
    X(remove, "remove", "list,position")                                                                               \
    X(reverse, "reverse", "list")                                                                                      \
    X(index_of, "index of", "list,match")                                                                              \
    X(union, "union", "list*")                                                                                         \
    X(distinct_values, "distinct values", "list")                                                                      \
    X(flatten, "flatten", "list")                                                                                      \
    X(product, "product", "list;n*")                                                                                   \
    X(median, "median", "list;n*")                                                                                     \
    X(stddev, "stddev", "list;n*")                                                                                     \
    X(mode, "mode", "list;n*")                                                                                         \
    X(sort, "sort", "list,precedes")                                                                                  \
    X(list_replace, "list replace", "list,position,newItem;list,match,newItem")                                        \
    X(decimal, "decimal", "n,scale")                                                                                   \
    X(floor, "floor", "n,scale?")                                                                                      \
    X(ceiling, "ceiling", "n,scale?")                                                                                  \
    X(round_up, "round up", "n,scale")                                                                                \
    X(round_down, "round down", "n,scale")                                                                            \
    X(round_half_up, "round half up", "n,scale")                                                                      \
    X(round_half_down, "round half down", "n,scale")                                                                  \
    X(abs, "abs", "n")                                                                                                 \
    X(modulo, "modulo", "dividend,divisor")                                                                            \
    X(sqrt, "sqrt", "number")                                                                                          \
    X(log, "log", "number")                                                                                            \
    X(exp, "exp", "number")                                                                                            \
    X(odd, "odd", "number")                                                                                            \
    X(even, "even", "number")                                                                                          \
    X(is, "is", "value1,value2")                                                                                       \
    X(now, "now", "")                                                                                                  \
    X(today, "today", "")                                                                                              \
    X(day_of_year, "day of year", "date")                                                                              \
    X(day_of_week, "day of week", "date")                                                                              \
    X(month_of_year, "month of year", "date")                                                                          \
    X(week_of_year, "week of year", "date")                                                                            \
    X(before, "before", "point1,point2;point,range;range,point;range1,range2")                                         \
    X(after, "after", "point1,point2;point,range;range,point;range1,range2")                                           \
    X(meets, "meets", "range1,range2")                                                                                 \
    X(met_by, "met by", "range1,range2")                                                                               \
    X(overlaps, "overlaps", "range1,range2")                                                                           \
    X(overlaps_before, "overlaps before", "range1,range2")                                                             \
    X(overlaps_after, "overlaps after", "range1,range2")                                                               \
    X(finishes, "finishes", "point,range;range1,range2")                                                               \
    X(finished_by, "finished by", "range,point;range1,range2")                                                         \
    X(includes, "includes", "range,point;range1,range2")                                                               \
    X(during, "during", "point,range;range1,range2")                                                                   \
    X(starts, "starts", "point,range;range1,range2")                                                                   \
    X(started_by, "started by", "range,point;range1,range2")                                                           \
    X(coincides, "coincides", "point1,point2;range1,range2")                                                           \
    X(get_value, "get value", "m,key")                                                                                 \
    X(get_entries, "get entries", "m")                                                                                 \
    X(context, "context", "entries")                                                                                   \
    X(context_put, "context put", "context,key,value;context,keys,value")                                              \
    X(context_merge, "context merge", "contexts")

#define BUILTIN_DECLARE(id, name, parameters) BUILTIN(id);
BUILTINS(BUILTIN_DECLARE)
#undef BUILTIN_DECLARE

#endif
