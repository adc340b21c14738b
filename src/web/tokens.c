#include "others.h"

#include "pages/token_made.h"
#include "pages/tokens.h"
#include "step.h"
#include "words.h"

/* Tokens by which a program acts for the person who made it. */
static const struct step step = {
    .name = "tokens", .command = &token_make_command, .field = {{.name = "label"}, {.name = "days"}}};

static int show(struct asking *asking, struct error *error)
{
    struct view_rows rows;
    struct shape_field *fields;
    size_t n;
    int result = asking_look(asking, &token_list_view, NULL, &rows, error);
    struct page_tokens_tokens *list = result ? NULL : ARENA_ARRAY(asking->arena, struct page_tokens_tokens, rows.n);
    if (!result && !list)
        result = arena_error(asking->arena, error);
    if (!result)
        result = step_fields(asking, &step, NULL, &fields, &n, error);
    if (result)
        return result;
    for (size_t i = 0; i < rows.n; i++) {
        const struct token_row *row = VISIT_ROW(rows, struct token_row, i);
        list[i] = (struct page_tokens_tokens){
            .id = id_text(&row->token_id), .label = row->label, .until = words_time(asking->arena, row->expires_at)};
    }
    WRITE(asking, tokens, .frame = asking_frame(asking, ""), .failed = asking->errors_n > 0, .errors = asking->errors,
          .errors_n = asking->errors_n, .tokens = list, .tokens_n = rows.n, .fields = fields, .fields_n = n);
    return 0;
}

struct making {
    struct token_make in;
    struct token_made out;
};

/* It is kept nowhere, so the answer to the form itself shows it. */
static int made(struct asking *asking, struct error *error)
{
    (void)error;
    const struct making *making = asking->own;
    WRITE(asking, token_made, .frame = asking_frame(asking, ""), .label = making->in.label,
          .secret = making->out.token, .until = words_time(asking->arena, making->out.expires_at));
    return 0;
}

static int take(struct asking *asking, struct error *error)
{
    struct making *making = asking->own = ARENA_NEW(asking->arena, struct making);
    if (!making)
        return arena_error(asking->arena, error);
    int result = step_check(asking, &step, error);
    if (!result)
        result = step_fill(asking, &token_make_command, &asking->typed, &making->in, error);
    return result ? result : asking_act(asking, &token_make_command, &making->in, &making->out, made);
}

const struct page tokens_page = {show, take, NULL};
const struct page token_end_page = {NULL, button_take, BUTTON(&token_end_command, "token", "/tokens")};
