#include "sessions.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/*
 * Sessions in memory, so that a page costs no query to know who asks. A hash table by the token's hash (uniform
 * already), chained. What is forgotten here is found again in the database.
 */
enum { BUCKETS = 4096, MOST = 100000 };

struct node {
    struct node *next;
    struct session session;
};

struct sessions {
    pthread_mutex_t lock;
    size_t count;
    uint64_t generation; /* grows when an account is forgotten */
    struct node *bucket[BUCKETS];
};

struct sessions *sessions_new(void)
{
    struct sessions *sessions = calloc(1, sizeof *sessions);
    if (sessions)
        pthread_mutex_init(&sessions->lock, NULL);
    return sessions;
}

void sessions_free(struct sessions **slot)
{
    struct sessions *sessions = *slot;
    if (!sessions)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct node *node = sessions->bucket[i], *next; node; node = next) {
            next = node->next;
            bytes_wipe(node, sizeof *node);
            free(node);
        }
    pthread_mutex_destroy(&sessions->lock);
    free(sessions);
    *slot = NULL;
}

static struct node **bucket_of(struct sessions *sessions, const uint8_t hash[32])
{
    return &sessions->bucket[(hash[0] << 8 | hash[1]) % BUCKETS];
}

static void drop(struct sessions *sessions, struct node **at)
{
    struct node *gone = *at;
    *at = gone->next;
    bytes_wipe(gone, sizeof *gone);
    free(gone);
    sessions->count--;
}

bool sessions_find(struct sessions *sessions, const uint8_t hash[32], int64_t now, int64_t idle, struct session *out)
{
    bool found = false;
    pthread_mutex_lock(&sessions->lock);
    for (struct node **at = bucket_of(sessions, hash); *at; at = &(*at)->next) {
        struct session *session = &(*at)->session;
        if (sodium_memcmp(session->hash, hash, 32) != 0)
            continue;
        /* A clock that was put back does not lengthen a session: one from the future waits for its time. */
        bool alive = now < session->expires_at && session->begun_at <= now + SESSION_EARLY &&
                     (session->kind == SESSION_BEARER ||
                      (now < session->last_seen + idle && session->last_seen <= now + SESSION_EARLY));
        if (alive && now > session->last_seen)
            session->last_seen = now;
        *out = *session;
        if (!alive)
            out->expires_at = 0;
        found = true;
        break;
    }
    pthread_mutex_unlock(&sessions->lock);
    return found;
}

uint64_t sessions_generation(struct sessions *sessions)
{
    pthread_mutex_lock(&sessions->lock);
    uint64_t generation = sessions->generation;
    pthread_mutex_unlock(&sessions->lock);
    return generation;
}

void sessions_add(struct sessions *sessions, const struct session *session, uint64_t generation)
{
    struct node *node = malloc(sizeof *node);
    if (!node)
        return; /* the database has it still */
    node->session = *session;
    pthread_mutex_lock(&sessions->lock);
    struct node **at = bucket_of(sessions, session->hash);
    bool known = generation != sessions->generation;
    for (struct node *old = *at; old && !known; old = old->next)
        known = memcmp(old->session.hash, session->hash, 32) == 0; /* another request was quicker, and marks it as seen */
    if (known) {
        bytes_wipe(node, sizeof *node);
        free(node);
    } else {
        if (sessions->count >= MOST && *at)
            drop(sessions, at);
        node->next = *at;
        *at = node;
        sessions->count++;
    }
    pthread_mutex_unlock(&sessions->lock);
}

void sessions_forget(struct sessions *sessions, const struct id *account)
{
    pthread_mutex_lock(&sessions->lock);
    sessions->generation++;
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct node **at = &sessions->bucket[i]; *at;)
            if (id_equal(&(*at)->session.actor.account, account))
                drop(sessions, at);
            else
                at = &(*at)->next;
    pthread_mutex_unlock(&sessions->lock);
}

size_t sessions_seen(struct sessions *sessions, int64_t after, struct session_seen *out, size_t room)
{
    size_t n = 0;
    pthread_mutex_lock(&sessions->lock);
    for (size_t i = 0; i < BUCKETS && n < room; i++)
        for (struct node *node = sessions->bucket[i]; node && n < room; node = node->next) {
            struct session *session = &node->session;
            if (session->kind != SESSION_WEB || session->last_seen < session->seen_written + after)
                continue;
            session->seen_written = session->last_seen;
            sodium_bin2hex(out[n].hash, sizeof out[n].hash, session->hash, sizeof session->hash);
            out[n++].at = session->last_seen;
        }
    pthread_mutex_unlock(&sessions->lock);
    return n;
}

void session_hash(struct text token, uint8_t hash[32])
{
    crypto_generichash(hash, 32, (const unsigned char *)token.p, token.n, NULL, 0);
}

void session_token(char out[44])
{
    uint8_t raw[32];
    bytes_random(raw, sizeof raw);
    sodium_bin2base64(out, 44, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    bytes_wipe(raw, sizeof raw);
}

void session_hash_hex(struct text token, char out[65])
{
    uint8_t hash[32];
    session_hash(token, hash);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}
