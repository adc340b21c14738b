#include "inside.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

/* A4 in points, and what stands where on it. */
#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define MARGIN 50.0
#define TEXT_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define KEY_WIDTH 132.0
#define STEP_WIDTH 20.0
#define GAP 7.0 /* between key and value: 64 hexadecimal digits stand on one line behind it */
#define CLOSE 0.88 /* of the usual sizes */

enum style { BODY, BOLD, TITLE, SECTION, TYPED, STYLES };

static const struct {
    const char *font;
    double after; /* room below, points */
} styles[STYLES] = {
    [BODY] = {"Liberation Sans 10", 5},
    [BOLD] = {"Liberation Sans Bold 10", 5},
    [TITLE] = {"Liberation Sans Bold 19", 8},
    [SECTION] = {"Liberation Sans Bold 12.5", 4},
    [TYPED] = {"Liberation Mono 8.5", 6},
};

struct letter {
    struct letter_bytes written;
    cairo_surface_t *surface;
    cairo_t *cairo;
    struct letter_press *press;
    PangoFontDescription *font[STYLES];
    double scale; /* of letters, and of the room between them */
    double y;     /* where the next line begins */
    size_t pages, boxes;
};

static cairo_status_t keep(void *context, const unsigned char *data, unsigned n)
{
    struct letter_bytes *bytes = context;
    if (bytes->n + n > bytes->room) {
        size_t room = bytes->room ? bytes->room * 2 : 1 << 16;
        while (room < bytes->n + n)
            room *= 2;
        char *grown = realloc(bytes->p, room);
        if (!grown)
            return CAIRO_STATUS_NO_MEMORY;
        bytes->p = grown;
        bytes->room = room;
    }
    memcpy(bytes->p + bytes->n, data, n);
    bytes->n += n;
    return CAIRO_STATUS_SUCCESS;
}

static void tell(cairo_surface_t *surface, cairo_pdf_metadata_t what, struct text value)
{
    char *s = strndup(value.p ? value.p : "", value.n);
    if (s)
        cairo_pdf_surface_set_metadata(surface, what, s);
    free(s);
}

int letter_begin(struct letter_press *press, const struct letter_about *about, struct letter **out, struct error *error)
{
    struct letter *letter = *out = calloc(1, sizeof *letter);
    if (!letter)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    letter_press_take(press);
    letter->press = press;
    letter->surface = cairo_pdf_surface_create_for_stream(keep, &letter->written, PAGE_WIDTH, PAGE_HEIGHT);
    letter->cairo = cairo_create(letter->surface);
    letter->y = MARGIN;
    letter->pages = 1;
    letter->scale = about->close ? CLOSE : 1;
    for (size_t i = 0; i < STYLES; i++) {
        letter->font[i] = pango_font_description_from_string(styles[i].font);
        pango_font_description_set_size(letter->font[i], (int)(pango_font_description_get_size(letter->font[i]) * letter->scale));
    }
    char at[40];
    letter_time(about->at, at, sizeof at);
    tell(letter->surface, CAIRO_PDF_METADATA_TITLE, about->title);
    tell(letter->surface, CAIRO_PDF_METADATA_AUTHOR, about->author);
    tell(letter->surface, CAIRO_PDF_METADATA_CREATOR, TEXT("Proviso"));
    tell(letter->surface, CAIRO_PDF_METADATA_CREATE_DATE, text_of(at));
    cairo_tag_begin(letter->cairo, "Document", NULL);
    return 0;
}

void letter_end(struct letter **at)
{
    struct letter *letter = *at;
    *at = NULL;
    if (!letter)
        return;
    for (size_t i = 0; i < STYLES; i++)
        if (letter->font[i])
            pango_font_description_free(letter->font[i]);
    if (letter->cairo)
        cairo_destroy(letter->cairo);
    if (letter->surface)
        cairo_surface_destroy(letter->surface);
    letter_press_leave(letter->press);
    if (letter->written.p)
        bytes_wipe(letter->written.p, letter->written.room); /* a letter may be about a person */
    free(letter->written.p);
    free(letter);
}

/* ---- lines on pages ---- */

static PangoLayout *lay_out(struct letter *letter, enum style style, double width, struct text words)
{
    PangoContext *context = letter_press_context(letter->press);
    PangoLayout *layout = pango_layout_new(context);
    g_object_unref(context);
    pango_layout_set_font_description(layout, letter->font[style]);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE)); /* keys are copied as they stand */
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_spacing(layout, (int)(2 * letter->scale * PANGO_SCALE));
    pango_layout_set_text(layout, words.p ? words.p : "", (int)words.n);
    return layout;
}

static double height_of(PangoLayout *layout)
{
    int width, height;
    pango_layout_get_size(layout, &width, &height);
    return (double)height / PANGO_SCALE;
}

static void turn_page(struct letter *letter)
{
    cairo_show_page(letter->cairo);
    letter->pages++;
}

/* Begins a page where less than that is left on this one. */
static void need(struct letter *letter, double height)
{
    if (letter->y + height <= PAGE_HEIGHT - MARGIN || letter->y <= MARGIN)
        return;
    turn_page(letter);
    letter->y = MARGIN;
}

/* Line by line, so that what is long goes on on the next page. Gives back the layout. */
static void put(struct letter *letter, double x, PangoLayout *layout)
{
    PangoLayoutIter *line = pango_layout_get_iter(layout);
    letter->boxes += (size_t)pango_layout_get_unknown_glyphs_count(layout);
    double top = letter->y;
    int before = 0;
    do {
        PangoRectangle box;
        pango_layout_iter_get_line_extents(line, NULL, &box);
        double height = (double)box.height / PANGO_SCALE, above = (double)(box.y - before) / PANGO_SCALE;
        if (top + above + height > PAGE_HEIGHT - MARGIN && top + above > MARGIN) {
            turn_page(letter);
            top = MARGIN;
            above = 0;
            before = box.y;
        }
        cairo_move_to(letter->cairo, x, top + above + (double)(pango_layout_iter_get_baseline(line) - box.y) / PANGO_SCALE);
        pango_cairo_show_layout_line(letter->cairo, pango_layout_iter_get_line_readonly(line));
        letter->y = top + above + height;
    } while (pango_layout_iter_next_line(line));
    pango_layout_iter_free(line);
    g_object_unref(layout);
}

static void block(struct letter *letter, const char *tag, enum style style, struct text words)
{
    cairo_tag_begin(letter->cairo, tag, NULL);
    put(letter, MARGIN, lay_out(letter, style, TEXT_WIDTH, words));
    cairo_tag_end(letter->cairo, tag);
    letter->y += styles[style].after * letter->scale;
}

void letter_heading(struct letter *letter, int level, struct text words)
{
    if (letter->y > MARGIN)
        letter->y += 8 * letter->scale;
    need(letter, 60 * letter->scale); /* never alone at the foot of a page */
    block(letter, level == 1 ? "H1" : "H2", level == 1 ? TITLE : SECTION, words);
}

void letter_paragraph(struct letter *letter, struct text words)
{
    block(letter, "P", BODY, words);
}

void letter_code(struct letter *letter, struct text words)
{
    cairo_tag_begin(letter->cairo, "P", NULL);
    block(letter, "Code", TYPED, words);
    cairo_tag_end(letter->cairo, "P");
}

void letter_steps(struct letter *letter, const struct text *step, size_t n)
{
    cairo_tag_begin(letter->cairo, "L", NULL);
    for (size_t i = 0; i < n; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu.", i + 1);
        PangoLayout *label = lay_out(letter, BODY, STEP_WIDTH, text_of(number)),
                    *words = lay_out(letter, BODY, TEXT_WIDTH - STEP_WIDTH, step[i]);
        need(letter, height_of(words));
        double y = letter->y;
        cairo_tag_begin(letter->cairo, "LI", NULL);
        cairo_tag_begin(letter->cairo, "Lbl", NULL);
        put(letter, MARGIN, label);
        cairo_tag_end(letter->cairo, "Lbl");
        letter->y = y;
        cairo_tag_begin(letter->cairo, "LBody", NULL);
        put(letter, MARGIN + STEP_WIDTH, words);
        cairo_tag_end(letter->cairo, "LBody");
        cairo_tag_end(letter->cairo, "LI");
        letter->y += 3 * letter->scale;
    }
    cairo_tag_end(letter->cairo, "L");
    letter->y += styles[BODY].after * letter->scale;
}

void letter_facts(struct letter *letter, const struct letter_fact *fact, size_t n)
{
    cairo_tag_begin(letter->cairo, "Table", NULL);
    for (size_t i = 0; i < n; i++) {
        PangoLayout *key = lay_out(letter, BOLD, KEY_WIDTH, fact[i].key),
                    *value = lay_out(letter, BODY, TEXT_WIDTH - KEY_WIDTH - GAP, fact[i].value);
        double tall = height_of(key) > height_of(value) ? height_of(key) : height_of(value);
        need(letter, tall);
        double y = letter->y;
        cairo_tag_begin(letter->cairo, "TR", NULL);
        cairo_tag_begin(letter->cairo, "TH", NULL);
        put(letter, MARGIN, key);
        cairo_tag_end(letter->cairo, "TH");
        double below = letter->y;
        letter->y = y;
        cairo_tag_begin(letter->cairo, "TD", NULL);
        put(letter, MARGIN + KEY_WIDTH + GAP, value);
        cairo_tag_end(letter->cairo, "TD");
        cairo_tag_end(letter->cairo, "TR");
        letter->y = (letter->y > below ? letter->y : below) + 3 * letter->scale;
    }
    cairo_tag_end(letter->cairo, "Table");
    letter->y += styles[BODY].after * letter->scale;
}

size_t letter_pages(const struct letter *letter)
{
    return letter->pages;
}

size_t letter_boxes(const struct letter *letter)
{
    return letter->boxes;
}

int letter_finish(struct letter *letter, const struct letter_file *file, struct arena *arena, struct text *pdf,
                  struct error *error)
{
    cairo_tag_end(letter->cairo, "Document");
    cairo_show_page(letter->cairo);
    cairo_surface_finish(letter->surface);
    cairo_status_t status = cairo_status(letter->cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(letter->surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return error_set(error, ERROR_SYSTEM, "letter", "", "the PDF could not be made: %s", cairo_status_to_string(status));
    return letter_complete((struct text){letter->written.p, letter->written.n}, file, arena, pdf, error);
}
