#include "good.h"

#include "store.h"

void expect_good(int code, const struct error *error, const char *file, int line)
{
    if (code == 0)
        return;
    char words[800];
    error_line(error, words, sizeof(words));
    fail_msg("%s:%d: %d: %s", file, line, code, words);
}

int copy_store(struct store *store, const char *path, struct error *error)
{
    struct store_copy *copy = NULL;
    int result = store_copy_begin(store, &copy, error);
    if (!result)
        result = store_copy_write(copy, path, NULL, error);
    store_copy_end(&copy);
    return result;
}
