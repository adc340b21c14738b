/*
 * What cairo cannot say is added as PDF itself has it: an update at the end of the file, with the catalogue anew and the
 * objects that it names, and a table of where they are (ISO 32000-1, 7.5.6).
 */
#include "inside.h"

#include <string.h>
#include <time.h>

void letter_time(int64_t at, char *out, size_t size)
{
    time_t seconds = (time_t)(at / CLOCK_SECOND);
    struct tm when;
    gmtime_r(&seconds, &when);
    strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &when);
}

/* The digits right behind the last `word`; false if there are none. */
static bool number_after(struct text in, const char *word, int64_t *number)
{
    struct text needle = text_of(word);
    for (size_t at = in.n; at-- > 0;) {
        struct text here = text_cut(in, at, in.n);
        if (!text_starts(here, needle))
            continue;
        size_t from = needle.n, to = from;
        while (to < here.n && here.p[to] >= '0' && here.p[to] <= '9')
            to++;
        return text_to_int64(text_cut(here, from, to), number);
    }
    return false;
}

struct drawn {
    struct text all;
    int64_t size, root, info, table; /* of the trailer; table: where the table of objects begins */
    struct text catalogue;           /* what stands between its brackets */
};

static bool read_drawn(struct text all, struct drawn *out)
{
    *out = (struct drawn){.all = all};
    struct text end = text_cut(all, all.n > 400 ? all.n - 400 : 0, all.n);
    if (!number_after(end, "/Size ", &out->size) || !number_after(end, "/Root ", &out->root) ||
        !number_after(end, "/Info ", &out->info) || !number_after(end, "startxref\n", &out->table))
        return false;
    char head[40];
    snprintf(head, sizeof head, "\n%lld 0 obj\n<<", (long long)out->root);
    ptrdiff_t at = text_find(all, text_of(head));
    if (at < 0)
        return false;
    struct text behind = text_cut(all, (size_t)at + strlen(head), all.n);
    ptrdiff_t close = text_find(behind, TEXT("\n>>\nendobj"));
    out->catalogue = close < 0 ? (struct text){NULL, 0} : text_cut(behind, 0, (size_t)close);
    return close >= 0;
}

static void put_string(struct buffer *b, struct text t)
{
    buffer_char(b, '(');
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] == '(' || t.p[i] == ')' || t.p[i] == '\\')
            buffer_char(b, '\\');
        buffer_char(b, t.p[i] < ' ' || t.p[i] > '~' ? '?' : t.p[i]);
    }
    buffer_char(b, ')');
}

static void put_object(struct buffer *b, int64_t number, size_t *at)
{
    *at = b->n;
    buffer_format(b, "%lld 0 obj\n", (long long)number);
}

static void put_file(struct buffer *b, const struct letter_file *file, int64_t number, size_t at[2])
{
    put_object(b, number, &at[0]);
    buffer_format(b, "<< /Type /EmbeddedFile /Subtype /text#2Fplain /Length %zu /Params << /Size %zu >> >>\nstream\n",
                  file->content.n, file->content.n);
    buffer_text(b, file->content);
    buffer_string(b, "\nendstream\nendobj\n");
    put_object(b, number + 1, &at[1]);
    buffer_string(b, "<< /Type /Filespec /F ");
    put_string(b, file->name);
    buffer_string(b, " /UF ");
    put_string(b, file->name);
    buffer_string(b, " /Desc ");
    put_string(b, file->says);
    buffer_format(b, " /AFRelationship /Data /EF << /F %lld 0 R /UF %lld 0 R >> >>\nendobj\n", (long long)number,
                  (long long)number);
}

int letter_complete(struct text drawn, const struct letter_file *file, struct arena *arena, struct text *pdf,
                    struct error *error)
{
    struct drawn from;
    if (!read_drawn(drawn, &from))
        return error_set(error, ERROR_SYSTEM, "letter", "", "cairo writes PDF in a way that is not known here");
    struct buffer b = buffer_in(arena);
    size_t catalogue, of_file[2] = {0};
    buffer_text(&b, drawn);
    if (file)
        put_file(&b, file, from.size, of_file);
    put_object(&b, from.root, &catalogue);
    buffer_string(&b, "<<");
    buffer_text(&b, from.catalogue);
    buffer_string(&b, "\n   /Lang (en-GB)\n   /ViewerPreferences << /DisplayDocTitle true >>");
    if (file) {
        buffer_string(&b, "\n   /Names << /EmbeddedFiles << /Names [ ");
        put_string(&b, file->name);
        buffer_format(&b, " %lld 0 R ] >> >>\n   /AF [ %lld 0 R ]", (long long)from.size + 1, (long long)from.size + 1);
    }
    buffer_string(&b, "\n>>\nendobj\n");
    size_t table = b.n;
    buffer_format(&b, "xref\n%lld 1\n%010zu 00000 n \n", (long long)from.root, catalogue);
    if (file)
        buffer_format(&b, "%lld 2\n%010zu 00000 n \n%010zu 00000 n \n", (long long)from.size, of_file[0], of_file[1]);
    buffer_format(&b, "trailer\n<< /Size %lld\n   /Root %lld 0 R\n   /Info %lld 0 R\n   /Prev %lld\n>>\nstartxref\n%zu\n%%%%EOF\n",
                  (long long)from.size + (file ? 2 : 0), (long long)from.root, (long long)from.info, (long long)from.table,
                  table);
    *pdf = buffer_result(&b);
    return buffer_failed(&b) ? arena_error(arena, error) : 0;
}
