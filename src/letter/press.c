#include "inside.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * The fonts are named by their files: so a letter looks the same on every machine, and no folder is searched, nothing is
 * cached, and the system's settings of fonts are not read. They are opened once, for Pango never gives back all that it
 * took for a set of fonts.
 */
struct letter_press {
    pthread_mutex_t writing; /* Pango's set of fonts is for one thread at a time */
    FcConfig *config;
    PangoFontMap *map;
};

/* Debian 12, and where its successors have them. */
static const char *const folders[] = {"/usr/share/fonts/truetype/liberation2", "/usr/share/fonts/truetype/liberation"};
static const char *const files[] = {"LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationMono-Regular.ttf"};

static int add_files(struct letter_press *press, const char *folder, struct error *error)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        if (!FcConfigAppFontAddFile(press->config, (const FcChar8 *)path))
            return error_set(error, ERROR_SYSTEM, path, "Install the package fonts-liberation2.", "the font cannot be read");
    }
    return 0;
}

int letter_press_open(struct letter_press **out, struct error *error)
{
    struct letter_press *press = *out = calloc(1, sizeof *press);
    if (press)
        pthread_mutex_init(&press->writing, NULL);
    if (!press || !(press->config = FcConfigCreate()) ||
        !(press->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT))) {
        letter_press_close(out);
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    }
    const char *folder = access(folders[0], R_OK) == 0 ? folders[0] : folders[1];
    int result = add_files(press, folder, error);
    if (result) {
        letter_press_close(out);
        return result;
    }
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(press->map), press->config);
    return 0;
}

void letter_press_close(struct letter_press **at)
{
    struct letter_press *press = *at;
    *at = NULL;
    if (!press)
        return;
    if (press->map)
        g_object_unref(press->map);
    if (press->config)
        FcConfigDestroy(press->config);
    pthread_mutex_destroy(&press->writing);
    free(press);
}

void letter_press_take(struct letter_press *press)
{
    pthread_mutex_lock(&press->writing);
}

void letter_press_leave(struct letter_press *press)
{
    pthread_mutex_unlock(&press->writing);
}

PangoContext *letter_press_context(struct letter_press *press)
{
    PangoContext *context = pango_font_map_create_context(press->map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string("en-GB"));
    return context;
}
