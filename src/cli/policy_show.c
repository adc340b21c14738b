#include "commands.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "policy.h"
#include "web.h"

#include <stdio.h>
#include <string.h>

enum { SHOW_MEMORY = 256 << 20 };

static int show_html(const char *folder, const char *id)
{
    struct arena *arena ARENA_SCOPE = arena_new(SHOW_MEMORY, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = NULL;
    struct error error = {0};
    if (!arena) {
        fprintf(stderr, "proviso policy: out of memory\n");
        return 3;
    }
    struct buffer out = buffer_in(arena);
    if (!folder && !policy_packs_folder(arena, &folder))
        error_set(&error, ERROR_MISSING, "packs", "name it with --packs DIR or PROVISO_PACKS",
                  "the folder of packs was not found");
    else if (!policy_pack_load(folder, id, &pack, &error) && !web_policy_page(pack, arena, &out, &error)) {
        struct text page = buffer_result(&out);
        if (fwrite(page.p, 1, page.n, stdout) == page.n && !fflush(stdout))
            return 0;
        fprintf(stderr, "proviso policy: the page could not be written\n");
        return 3;
    }
    int code = command_fail("policy", &error);
    return error.code == ERROR_MISSING ? 2 : code;
}

int policy_show_command(int argc, char **argv)
{
    const char *folder = NULL, *id = NULL;
    bool html = false, plain = argc > 1 && strcmp(argv[1], "show") == 0;
    for (int i = 2; plain && i < argc; i++) {
        if (strcmp(argv[i], "--html") == 0)
            html = true;
        else if (strcmp(argv[i], "--packs") == 0 && i + 1 < argc)
            folder = argv[++i];
        else if (argv[i][0] == '-' || id)
            plain = false;
        else
            id = argv[i];
    }
    if (html && plain && id)
        return show_html(folder, id);
    return html ? command_usage(argc, argv, "proviso policy show PACK [--html] [--packs DIR]") : policy_command(argc, argv);
}
