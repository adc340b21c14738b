#ifndef POLICY_COMMAND_INSIDE_H
#define POLICY_COMMAND_INSIDE_H

#include "policy.h"

#include "base/buffer.h"

enum { COMMAND_MEMORY = 512 << 20 };

/* What the commands share: one line about an error, beginning with the command ("decide"), giving its exit code; output written whole; the packs' folder. */
int policy_complain(const char *command, const struct error *error);
int policy_print(const char *command, struct buffer *out, struct arena *arena, struct error *error);
int policy_folder_of(const char *named, struct arena *arena, const char **folder, struct error *error);

/* policy replay: see policy/command.h. `id` is --as, or NULL; `path` a file or "-". */
int policy_command_replay(const char *folder, const char *as, const char *path);

#endif
