#include "fault.h"

#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stddef.h>

static sqlite3_mem_methods system_memory;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *p);

static void *sqlite_new(int size)
{
    return fault_strikes(FAULT_MEMORY_INNER, "SQLite's malloc") ? NULL : system_memory.xMalloc(size);
}

static void *sqlite_grow(void *old, int size)
{
    return fault_strikes(FAULT_MEMORY_INNER, "SQLite's realloc") ? NULL : system_memory.xRealloc(old, size);
}

static void *crypto_new(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return fault_strikes(FAULT_MEMORY_INNER, "OpenSSL's malloc") ? NULL : __real_malloc(size);
}

static void *crypto_grow(void *old, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return fault_strikes(FAULT_MEMORY_INNER, "OpenSSL's realloc") ? NULL : __real_realloc(old, size);
}

static void crypto_drop(void *old, const char *file, int line)
{
    (void)file, (void)line;
    __real_free(old);
}

void fault_libraries(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory);
    sqlite3_mem_methods methods = system_memory;
    methods.xMalloc = sqlite_new;
    methods.xRealloc = sqlite_grow;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    CRYPTO_set_mem_functions(crypto_new, crypto_grow, crypto_drop);
}
