#ifndef WORK_DOCUMENT_H
#define WORK_DOCUMENT_H

#include "work/view.h"

/*
 * A document lies as an age payload in the store; its file key is sealed in its row. The gate streams the payload
 * in and out; these rows are what is known of it.
 */

struct document_attach {
    struct id case_id;
    struct text name, type;
    int64_t size;
    struct text digest;   /* SHA-256 of the payload, in hexadecimal */
    struct text payload;  /* name of the payload in the store */
    struct text file_key; /* in hexadecimal */
};
struct document_attached {
    struct id document_id;
};

struct document_list {
    struct id case_id;
};
struct document_row {
    struct id document_id;
    struct text name, type, added_by;
    int64_t size;
    struct instant added_at;
};

struct document_open {
    struct id document_id;
};
/* One that came with a share. */
struct received_document_open {
    struct id receipt_id, document_id;
};
struct document_key {
    struct text name, type, payload, file_key;
    int64_t size;
};

extern const struct command document_attach_command;
extern const struct view document_list_view, document_open_view, received_document_open_view;

#endif
