#include "bind.h"

void policy_bind_drawing(struct binding *b)
{
    for (size_t d = 0; d < b->model->decisions; d++)
        for (size_t s = 0; s < b->model->shapes; s++) {
            const struct dmn_shape *shape = &b->model->shape[s];
            struct table *table = &b->pack->table[b->index_of[d]];
            if (table->placed || !text_equal(shape->element, b->model->decision[d].id))
                continue;
            table->placed = shape->width > 0 && shape->height > 0;
            table->x = shape->x;
            table->y = shape->y;
            table->width = shape->width;
            table->height = shape->height;
        }
}
