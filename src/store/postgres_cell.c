#include <libpq-fe.h>
#include <string.h>

#include "inside.h"

/* Values as PostgreSQL sends and takes them in binary, by the object ids of its built-in types (stable across versions). */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_UNKNOWN = 705,
    OID_VARCHAR = 1043,
    OID_NUMERIC = 1700,
};

void store_postgres_number(unsigned char *out, uint64_t number, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)(number >> (8 * (n - 1 - i)));
}

unsigned store_postgres_type(enum store_value_kind kind)
{
    static const Oid type[] = {[STORE_KIND_NULL] = 0,
                               [STORE_KIND_INT] = OID_INT8,
                               [STORE_KIND_TEXT] = OID_TEXT,
                               [STORE_KIND_BYTES] = OID_BYTEA};
    return type[kind];
}

static int64_t read_signed(const unsigned char *p, size_t n)
{
    uint64_t u = (p[0] & 0x80) ? ~UINT64_C(0) : 0;
    for (size_t i = 0; i < n; i++)
        u = u << 8 | p[i];
    int64_t value;
    memcpy(&value, &u, sizeof(value));
    return value;
}

/* SUM of a BIGINT column is numeric there: digits of base 10000, most significant first. */
static bool read_numeric(const unsigned char *p, size_t n, int64_t *out)
{
    if (n < 8)
        return false;
    int64_t count = read_signed(p, 2), weight = read_signed(p + 2, 2);
    unsigned sign = (unsigned)p[4] << 8 | p[5];
    if ((sign != 0 && sign != 0x4000) || count < 0 || n != 8 + 2 * (size_t)count)
        return false;
    int64_t value = 0;
    for (int64_t i = 0; i < count || i <= weight; i++) {
        int64_t digit = i < count ? read_signed(p + 8 + 2 * i, 2) : 0;
        if (i > weight) {
            if (digit)
                return false; /* a fraction */
            continue;
        }
        /* Counted below zero, where there is room for the least integer. */
        if (__builtin_mul_overflow(value, 10000, &value) || __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (sign == 0 && __builtin_sub_overflow(0, value, &value))
        return false;
    *out = value;
    return true;
}

bool store_postgres_cell(const PGresult *reply, int row, int column, struct store_value *value)
{
    *value = (struct store_value){0};
    if (PQgetisnull(reply, row, column)) {
        value->is_null = true;
        return true;
    }
    const char *p = PQgetvalue(reply, row, column);
    size_t n = (size_t)PQgetlength(reply, row, column);
    value->kind = STORE_KIND_INT;
    switch (PQftype(reply, column)) {
    case OID_BOOL:
        value->integer = n == 1 && p[0];
        return n == 1;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        if (n != 2 && n != 4 && n != 8)
            return false;
        value->integer = read_signed((const unsigned char *)p, n);
        return true;
    case OID_NUMERIC:
        return read_numeric((const unsigned char *)p, n, &value->integer);
    case OID_TEXT:
    case OID_VARCHAR:
    case OID_NAME:
    case OID_UNKNOWN:
        value->kind = STORE_KIND_TEXT;
        break;
    case OID_BYTEA:
        value->kind = STORE_KIND_BYTES;
        break;
    default:
        return false;
    }
    value->text = (struct text){p, n};
    return true;
}
