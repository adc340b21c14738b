#include "inside.h"

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
        bool alive = now < session->expires_at && (session->kind == SESSION_BEARER || now < session->last_seen + idle);
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

void sessions_add(struct sessions *sessions, const struct session *session)
{
    struct node *node = malloc(sizeof *node);
    if (!node)
        return; /* the database has it still */
    node->session = *session;
    pthread_mutex_lock(&sessions->lock);
    struct node **at = bucket_of(sessions, session->hash);
    for (struct node **old = at; *old; old = &(*old)->next)
        if (memcmp((*old)->session.hash, session->hash, 32) == 0) {
            drop(sessions, old);
            break;
        }
    if (sessions->count >= MOST && *at)
        drop(sessions, at);
    node->next = *at;
    *at = node;
    sessions->count++;
    pthread_mutex_unlock(&sessions->lock);
}

void sessions_drop(struct sessions *sessions, const uint8_t hash[32])
{
    pthread_mutex_lock(&sessions->lock);
    for (struct node **at = bucket_of(sessions, hash); *at; at = &(*at)->next)
        if (memcmp((*at)->session.hash, hash, 32) == 0) {
            drop(sessions, at);
            break;
        }
    pthread_mutex_unlock(&sessions->lock);
}

void session_hash(struct text token, uint8_t hash[32])
{
    crypto_generichash(hash, 32, (const unsigned char *)token.p, token.n, NULL, 0);
}
