#include "sign.h"

#include "http/limiter.h"
#include "pages/sign_in.h"

/* The gate counts wrong passwords and phrases besides, by the account and the parcel. */
int tries_take(struct asking *asking, struct error *error)
{
    struct http_limiter *tries = asking->face->tries;
    unsigned wait = tries ? http_limiter_take(tries, http_peer(asking->request), clock_steady()) : 0;
    if (wait == 0)
        return 0;
    http_refuse_with(asking->request, 429, wait);
    http_set_header(asking->request, "Retry-After", arena_format(asking->arena, "%u", wait), error);
    return error_set(error, ERROR_LIMITED, "", "Wait a minute, then try again.",
                     "there were too many tries from your address");
}

void tries_give(struct asking *asking)
{
    if (asking->face->tries)
        http_limiter_give(asking->face->tries, http_peer(asking->request), clock_steady());
}

static struct text next_of(struct asking *asking)
{
    struct text next = values_there(&asking->typed, "next") ? values_get(&asking->typed, "next")
                                                            : http_pairs_get(http_query(asking->request), "next");
    return asking_is_local(next) ? next : TEXT("/");
}

static int show(struct asking *asking, struct error *error)
{
    const struct face *face = asking->face;
    struct shape_row *accounts = ARENA_ARRAY(asking->arena, struct shape_row, face->accounts_n);
    if (!accounts)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < face->accounts_n; i++)
        accounts[i] = (struct shape_row){
            .key = text_of(face->accounts[i].login),
            .value = arena_format(asking->arena, "%s: %s", face->accounts[i].title, face->accounts[i].tries)};
    struct text ended = http_pairs_get(http_query(asking->request), "ended");
    if (asking->signed_in && !asking->again)
        return asking_go(asking, "/");
    WRITE(asking, sign_in, .frame = asking_frame(asking, ""), .failed = asking->errors_n > 0,
          .errors = asking->errors, .errors_n = asking->errors_n, .next = next_of(asking),
          .login = values_get(&asking->typed, "login"), .login_error = asking_error_of(asking, "login"),
          .password_error = asking_error_of(asking, "password"),
          .ended = ended.n > 0 && !asking->again, .lost = text_equal(ended, TEXT("form")),
          .changed = http_pairs_get(http_query(asking->request), "changed").n > 0 && !asking->again,
          .accounts = accounts, .accounts_n = face->demo ? face->accounts_n : 0,
          .password = face->demo ? text_of(face->password) : TEXT(""));
    return 0;
}

struct signing {
    struct session_begin in;
    struct session_begun out;
};

static int signed_in(struct asking *asking, struct error *error)
{
    struct signing *signing = asking->own;
    if (!signing->out.signed_in) {
        asking_wrong(asking, "login", "The name or the password is not right. Look whether capital letters are on");
        return error_set(error, ERROR_INVALID, "login", "", "not right");
    }
    tries_give(asking);
    int result = http_set_cookie(asking->request, session_cookie(asking->request), signing->out.token, 0,
                                 HTTP_COOKIE_LAX | (http_is_tls(asking->request) ? 0 : HTTP_COOKIE_INSECURE), error);
    asking->next = next_of(asking);
    return result;
}

static int take(struct asking *asking, struct error *error)
{
    struct signing *signing = asking->own = ARENA_NEW(asking->arena, struct signing);
    if (!signing)
        return arena_error(asking->arena, error);
    int result = tries_take(asking, error);
    if (result)
        return result;
    signing->in.login = text_trim(values_get(&asking->typed, "login"));
    signing->in.password = values_get(&asking->typed, "password");
    if (!signing->in.login.n)
        asking_wrong(asking, "login", "Write the name that you sign in with");
    if (!signing->in.password.n)
        asking_wrong(asking, "password", "Write your password");
    if (asking->errors_n)
        return error_set(error, ERROR_INVALID, "login", "", "something is missing");
    return asking_act(asking, &session_begin_command, &signing->in, &signing->out, signed_in);
}

const struct page sign_in_page = {show, take, NULL};

/* ---- signing out ---- */

static int signed_out(struct asking *asking, struct error *error)
{
    asking->next = TEXT("/sign-in");
    return http_set_cookie(asking->request, session_cookie(asking->request), TEXT(""), -1,
                           HTTP_COOKIE_LAX | (http_is_tls(asking->request) ? 0 : HTTP_COOKIE_INSECURE), error);
}

static int out_take(struct asking *asking, struct error *error)
{
    static const struct nothing nothing;
    struct session_ended *ended = ARENA_NEW(asking->arena, struct session_ended);
    return ended ? asking_act(asking, &session_end_command, &nothing, ended, signed_out)
                 : arena_error(asking->arena, error);
}

static int out_show(struct asking *asking, struct error *error)
{
    (void)error;
    return asking_go(asking, "/");
}

const struct page sign_out_page = {out_show, out_take, NULL};
