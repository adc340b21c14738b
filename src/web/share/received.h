#ifndef WEB_RECEIVED_H
#define WEB_RECEIVED_H

#include "asking.h"
#include "pages/shapes.h"

extern const struct page received_page, receipt_page, receipt_open_page, receipt_confirm_page;

/* The limits that came with a share, from their JSON: how consent stands, why it is lawful, what it obliges. */
struct limits {
    struct text consent; /* in words; empty if it was not told */
    const struct shape_todo *basis, *obligations, *senders;
    size_t basis_n, obligations_n, senders_n; /* obligations that bear on the recipient too; the sender's alone */
};
struct limits limits_read(struct arena *arena, const struct json *limits);

/* "Fact", "Opinion" and whether it is about the past. */
struct text nature_words(struct text nature, bool historical);

/* Of receipt.list: is it shown with an earlier row, which came at once with it? The names of all that did. */
bool is_later_of_arrival(const struct view_rows *rows, size_t at);
struct text names_of_arrival(struct asking *asking, const struct view_rows *rows, size_t at);

#endif
