#include "others.h"

#include "pages/about.h"
#include "pages/accessibility.h"
#include "pages/directory.h"
#include "pages/glossary.h"
#include "pages/status.h"
#include "policy.h"
#include "words.h"

/* ---- the directory ---- */

static int read_posts(struct asking *asking, const struct id *agency, const struct view_rows *posts,
                      const struct page_directory_agencies_posts **out, size_t *n)
{
    struct page_directory_agencies_posts *list =
        ARENA_ARRAY(asking->arena, struct page_directory_agencies_posts, posts->n);
    *n = 0;
    for (size_t i = 0; list && i < posts->n; i++) {
        const struct post_row *row = VISIT_ROW(*posts, struct post_row, i);
        if (!id_equal(&row->agency_id, agency))
            continue;
        struct text *roles = ARENA_ARRAY(asking->arena, struct text, row->roles.n);
        for (size_t r = 0; roles && r < row->roles.n; r++)
            roles[r] = choice_label(post_roles, row->roles.item[r]);
        list[(*n)++] = (struct page_directory_agencies_posts){
            .id = id_text(&row->post_id),
            .person = row->person,
            .title = row->title,
            .roles = roles ? words_join(asking->arena, roles, row->roles.n, ", ") : TEXT("")};
    }
    *out = list;
    return list ? 0 : ERROR_TOO_LARGE;
}

static int read_accounts(struct asking *asking, const struct page_directory_accounts **out, size_t *n,
                         struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &account_list_view, NULL, &rows, error);
    struct page_directory_accounts *list =
        result ? NULL : ARENA_ARRAY(asking->arena, struct page_directory_accounts, rows.n);
    for (size_t i = 0; list && i < rows.n; i++) {
        const struct account_row *row = VISIT_ROW(rows, struct account_row, i);
        list[i] = (struct page_directory_accounts){.id = id_text(&row->account_id),
                                                   .login = row->login,
                                                   .person = row->person,
                                                   .agency = row->agency,
                                                   .ended = row->ended};
    }
    *out = list;
    *n = list ? rows.n : 0;
    return result;
}

static int directory_show(struct asking *asking, struct error *error)
{
    struct view_rows agencies, posts;
    struct post_list all = {{""}};
    int result = asking_has_role(asking, ROLE_ADMINISTRATOR)
                     ? asking_look(asking, &agency_list_view, NULL, &agencies, error)
                     : error_set(error, ERROR_FORBIDDEN, "", "Ask an administrator.",
                                 "the directory is kept by administrators");
    if (!result)
        result = asking_look(asking, &post_list_view, &all, &posts, error);
    struct page_directory_agencies *list =
        result ? NULL : ARENA_ARRAY(asking->arena, struct page_directory_agencies, agencies.n);
    if (!result && !list)
        result = arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < agencies.n; i++) {
        const struct agency_row *row = VISIT_ROW(agencies, struct agency_row, i);
        list[i] = (struct page_directory_agencies){
            .id = id_text(&row->agency_id), .name = row->name, .kind = row->kind_words, .domain = row->domain};
        if (read_posts(asking, &row->agency_id, &posts, &list[i].posts, &list[i].posts_n))
            result = arena_error(asking->arena, error);
    }
    const struct page_directory_accounts *accounts;
    size_t accounts_n;
    if (!result)
        result = read_accounts(asking, &accounts, &accounts_n, error);
    if (result)
        return result;
    WRITE(asking, directory, .frame = asking_frame(asking, "/directory"), .agencies = list, .agencies_n = agencies.n,
          .accounts = accounts, .accounts_n = accounts_n);
    return 0;
}

const struct page directory_page = {directory_show, NULL, NULL};
const struct page account_end_page = {NULL, button_take, BUTTON(&account_end_command, "account", "/directory")};

/* ---- how it is ---- */

/* Within this a witness comes after whoever records: nobody calls that late. Beyond the second, somebody should look. */
enum { SOON = 60, LATE = 15 * 60 }; /* seconds */

/* "5 entries, for 3 minutes" */
static struct text lag(struct arena *arena, int64_t entries, int64_t microseconds)
{
    int64_t seconds = microseconds / CLOCK_SECOND;
    struct text count = words_count(arena, entries, "entry", "entries");
    struct text time = seconds < SOON    ? TEXT("less than a minute")
                       : seconds < 7200  ? words_count(arena, seconds / 60, "minute", "minutes")
                       : seconds < 48 * 3600 ? words_count(arena, seconds / 3600, "hour", "hours")
                                             : words_count(arena, seconds / (24 * 3600), "day", "days");
    return arena_format(arena, "%.*s, for %.*s", TEXT_ARGS(count), TEXT_ARGS(time));
}

static struct text witness_line(struct arena *arena, const struct gate_witness *witness)
{
    if (witness->size == 0 && witness->alarm)
        return TEXT("it signs no more.");
    if (witness->size == 0)
        return TEXT("it has not signed anything yet.");
    struct text signed_last = words_ago(arena, (struct instant){witness->signed_at});
    struct text seen = words_count(arena, witness->size, "entry", "entries");
    if (witness->behind == 0)
        return arena_format(arena, "it has signed all %.*s, %.*s.", TEXT_ARGS(seen), TEXT_ARGS(signed_last));
    return arena_format(arena, "it signed %.*s, %.*s, and is behind by %.*s.", TEXT_ARGS(seen), TEXT_ARGS(signed_last),
                        TEXT_ARGS(lag(arena, witness->behind, witness->behind_for)));
}

static struct text level_line(struct arena *arena, const struct gate_witnesses *all)
{
    if (all->met)
        return TEXT("The newest checkpoint is signed by the witnesses that are needed.");
    if (all->size == 0)
        return TEXT("No checkpoint has been signed by enough witnesses yet.");
    return arena_format(arena, "The checkpoint that partners see has %.*s and is behind by %.*s.",
                        TEXT_ARGS(words_count(arena, all->size, "entry", "entries")),
                        TEXT_ARGS(lag(arena, all->behind, all->behind_for)));
}

/* Who keeps the key of backups; "" where nobody does, or it cannot be told now. */
static struct text kept_line(struct asking *asking, bool *safe)
{
    struct gate_escrow_state state;
    struct error why;
    *safe = false;
    if (!asking_has_role(asking, ROLES_SIGNED_IN) || gate_escrow_look(asking->face->gate, &state, &why) != 0 || state.count == 0)
        return TEXT("");
    *safe = state.safe;
    return arena_format(asking->arena, "%u agencies keep a share of the key that opens backups; %u of them together can open one. %s", state.count,
                        state.needed,
                        state.safe ? "Their shares are ready."
                                   : "The shares of the present key are not ready: the operator finds the reason in the log.");
}

/* Each time that the record was put back from a backup, for who is signed in. */
static int restored_lines(struct asking *asking, struct text **lines, size_t *n, struct error *error)
{
    struct view_rows rows = {0};
    *lines = NULL;
    *n = 0;
    int result = asking_has_role(asking, ROLES_SIGNED_IN) ? asking_look(asking, &restoration_list_view, NULL, &rows, error) : 0;
    if (result || rows.n == 0)
        return result;
    *lines = ARENA_ARRAY(asking->arena, struct text, rows.n);
    if (!*lines)
        return arena_error(asking->arena, error);
    for (; *n < rows.n; (*n)++) {
        const struct restoration_row *row = VISIT_ROW(rows, struct restoration_row, *n);
        (*lines)[*n] = arena_format(asking->arena, "%.*s, by %.*s, as it was on %.*s%s%.*s", TEXT_ARGS(words_time(asking->arena, row->at)),
                                    TEXT_ARGS(row->restored_by), TEXT_ARGS(words_time(asking->arena, row->made_at)),
                                    row->reason.n ? ": " : "", TEXT_ARGS(row->reason));
    }
    return 0;
}

/* The machine's clock against what the service has seen, for who is signed in. */
static struct text doubt_line(struct asking *asking)
{
    struct gate_doubt doubt;
    if (!asking_has_role(asking, ROLES_SIGNED_IN) || !gate_doubts_clock(asking->face->gate, &doubt))
        return TEXT("");
    int64_t hours = doubt.left / (3600 * CLOCK_SECOND) + 1;
    return arena_format(asking->arena,
                        "The clock of this machine says %.*s. By the time that the service has seen pass it is %.*s. If the service was "
                        "off in between, all is well, and the clock is believed after %lld more %s of service.",
                        TEXT_ARGS(words_time(asking->arena, (struct instant){doubt.now})),
                        TEXT_ARGS(words_time(asking->arena, (struct instant){doubt.seen})), (long long)hours,
                        hours == 1 ? "hour" : "hours");
}

static int status_show(struct asking *asking, struct error *error)
{
    struct error why = {0};
    struct text note;
    struct gate_witnesses all;
    struct gate *gate = asking->face->gate;
    int result = gate_checkpoint_shown(gate, asking->arena, &note, error);
    if (!result)
        result = gate_witnesses(gate, asking->arena, &all, error);
    struct text *restored;
    size_t restored_n;
    if (!result)
        result = restored_lines(asking, &restored, &restored_n, error);
    if (result)
        return result;
    bool safe;
    struct text kept = kept_line(asking, &safe);
    struct page_status_witnesses *list = ARENA_ARRAY(asking->arena, struct page_status_witnesses, all.count);
    if (!list)
        return arena_error(asking->arena, error);
    bool inside = asking_has_role(asking, ROLES_SIGNED_IN), asked = all.asked && inside, alarm = false;
    for (size_t i = 0; i < all.count; i++) {
        alarm = alarm || (asked && all.witness[i].alarm);
        list[i] = (struct page_status_witnesses){
            .name = all.witness[i].name,
            .well = all.witness[i].size > 0 &&
                    (all.witness[i].behind == 0 || all.witness[i].behind_for < SOON * CLOCK_SECOND),
            .alarm = all.witness[i].alarm,
            .since = words_ago(asking->arena, (struct instant){all.witness[i].alarm_at}),
            .line = witness_line(asking->arena, &all.witness[i]),
            .problem = words_begin(asking->arena, all.witness[i].problem),
        };
    }
    WRITE(asking, status, .frame = asking_frame(asking, ""), .well = gate_is_well(gate, &why),
          .full = gate_is_full(gate), .entries = (int64_t)gate_count(gate).log_size, .note = note, .key = gate_log_key(gate, asking->arena),
          .alarm = alarm, .asked = asked, .inside = inside, .needed = all.needed ? all.words : TEXT(""),
          .late = asked && all.needed && !all.met && (all.size == 0 || all.behind_for > LATE * CLOCK_SECOND),
          .met = all.met, .level = level_line(asking->arena, &all), .witnesses = list, .witnesses_n = all.count,
          .doubt = doubt_line(asking), .kept = kept, .safe = safe, .has_restored = restored_n > 0, .restored = restored, .restored_n = restored_n);
    return 0;
}

const struct page status_page = {status_show, NULL, NULL};

/* ---- plain text ---- */

static int about_show(struct asking *asking, struct error *error)
{
    (void)error;
    const struct policy_pack_info *pack = policy_pack_info(gate_pack(asking->face->gate));
    WRITE(asking, about, .frame = asking_frame(asking, ""), .pack = pack->title, .version = pack->version);
    return 0;
}

static int accessibility_show(struct asking *asking, struct error *error)
{
    (void)error;
    WRITE(asking, accessibility, .frame = asking_frame(asking, ""));
    return 0;
}

static int glossary_show(struct asking *asking, struct error *error)
{
    size_t n;
    const struct policy_term *terms = policy_glossary(gate_pack(asking->face->gate), &n);
    struct shape_todo *list = ARENA_ARRAY(asking->arena, struct shape_todo, n);
    if (!list)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct shape_todo){terms[i].term, terms[i].meaning};
    WRITE(asking, glossary, .frame = asking_frame(asking, ""), .terms = list, .terms_n = n);
    return 0;
}

const struct page about_page = {about_show, NULL, NULL}, accessibility_page = {accessibility_show, NULL, NULL},
                  glossary_page = {glossary_show, NULL, NULL};
