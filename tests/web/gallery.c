#include "page.h"
#include "pages/gallery.h"

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"

/* gallery FILE: writes the page tests/web/templates/gallery.html with something in every part. */

#define N(array) (sizeof(array) / sizeof((array)[0]))

int main(int argc, char **argv)
{
    static const struct shape_nav_item navigation[] = {
        {TEXT_INIT("Work list"), TEXT_INIT("/"), true},
        {TEXT_INIT("Share"), TEXT_INIT("/share"), false},
    };
    static const struct shape_option options[] = {
        {TEXT_INIT("health"), TEXT_INIT("Health"), TEXT_INIT("Hospitals and surgeries"), false},
        {TEXT_INIT("police"), TEXT_INIT("Police"), TEXT_INIT(""), true},
    };
#define FIELD(k, wrong)                                                                                                \
    {.kind = TEXT_INIT(k), .name = TEXT_INIT("f-" k), .label = TEXT_INIT("A " k), .hint = TEXT_INIT("A hint"),         \
     .value = TEXT_INIT("12"), .error = TEXT_INIT(wrong), .options = options, .options_n = N(options)}
    static const struct shape_field fields[] = {
        FIELD("text", ""),         FIELD("email", "Wrong"),   FIELD("number", ""),  FIELD("password", ""), FIELD("textarea", "Wrong"),
        FIELD("date", "Wrong"),    FIELD("radios", "Wrong"),  FIELD("yes-no", ""),  FIELD("file", ""),     FIELD("select", ""),
        FIELD("checkboxes", ""),   FIELD("hidden", ""),
    };
    static const struct shape_field_error errors[] = {
        {TEXT_INIT("f-email"), TEXT_INIT("Enter an address")},
        {TEXT_INIT("f-date"), TEXT_INIT("Enter a date")},
        {TEXT_INIT("f-radios"), TEXT_INIT("Choose one")},
        {TEXT_INIT("tell"), TEXT_INIT("Choose at least one")},
        {TEXT_INIT("papers"), TEXT_INIT("Choose a file")},
        {TEXT_INIT("why"), TEXT_INIT("Say why")},
        {TEXT_INIT("seen"), TEXT_INIT("Enter a date")},
        {TEXT_INIT("agency"), TEXT_INIT("Choose an agency")},
        {TEXT_INIT(""), TEXT_INIT("It changed meanwhile")},
    };
    static const struct shape_row rows[] = {
        {TEXT_INIT("Child"), TEXT_INIT("Ada Nobody\nknown as Addie"), TEXT_INIT("/child")},
        {TEXT_INIT("Born"), TEXT_INIT("2 May 2014"), TEXT_INIT("")},
    };
    static const struct shape_crumb crumbs[] = {{TEXT_INIT("Home"), TEXT_INIT("/")}, {TEXT_INIT("Gallery"), TEXT_INIT("")}};
    static const struct shape_event events[] = {
        {TEXT_INIT("Shared"), TEXT_INIT("A Teacher"), TEXT_INIT("3 March 2026 at 10:15"), TEXT_INIT("2026-03-03T10:15:00Z"),
         TEXT_INIT("With health."), TEXT_INIT("/share/1")},
        {TEXT_INIT("Asked"), TEXT_INIT(""), TEXT_INIT("2 March 2026"), TEXT_INIT("2026-03-02"), TEXT_INIT(""), TEXT_INIT("")},
    };
    static const struct shape_task tasks[] = {
        {TEXT_INIT("Confirm receipt"), TEXT_INIT("From health"), TEXT_INIT("/1"), TEXT_INIT("To do"), TEXT_INIT("blue")},
        {TEXT_INIT("Say what you will do"), TEXT_INIT(""), TEXT_INIT(""), TEXT_INIT("Cannot begin yet"), TEXT_INIT("")},
    };
    static const struct shape_page_link pages[] = {
        {TEXT_INIT("1"), TEXT_INIT("/?page=1"), false}, {TEXT_INIT("2"), TEXT_INIT("/?page=2"), true},
        {TEXT_INIT(""), TEXT_INIT(""), false},          {TEXT_INIT("9"), TEXT_INIT("/?page=9"), false},
    };
    struct shape_frame frame = {.service = TEXT("Somewhere Safeguarding Partnership"), .person = TEXT("A Teacher"), .token = TEXT("t"),
                                .notice = TEXT("Your share was sent."), .demo = true, .navigation = navigation, .navigation_n = N(navigation)};
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    struct buffer out = buffer_in(arena);
    struct error error = {0};
    PAGE(&out, gallery, .frame = frame, .errors = errors, .errors_n = N(errors), .fields = fields, .fields_n = N(fields),
         .options = options, .options_n = N(options), .rows = rows, .rows_n = N(rows), .crumbs = crumbs, .crumbs_n = N(crumbs),
         .events = events, .events_n = N(events), .tasks = tasks, .tasks_n = N(tasks), .pages = pages, .pages_n = N(pages));
    if (argc != 2 || buffer_failed(&out) || file_replace(argv[1], buffer_result(&out), 0644, &error)) {
        fprintf(stderr, "gallery: %s\n", error.what);
        return 3;
    }
    return 0;
}
