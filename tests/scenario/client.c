#include "server.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client {
    struct server *server;
    CURL *curl;
    struct buffer body;
};

struct client *client_new(struct server *server)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client || !(client->curl = curl_easy_init()))
        server_fail(server, "out of memory");
    client->server = server;
    return client;
}

void client_free(struct client **client)
{
    curl_easy_cleanup((*client)->curl);
    free(*client);
    *client = NULL;
}

static size_t gather(char *p, size_t size, size_t n, void *context)
{
    struct client *client = context;
    buffer_bytes(&client->body, p, size * n);
    return buffer_failed(&client->body) ? 0 : size * n;
}

struct answered client_send(struct client *client, struct arena *arena, const char *token, const char *path,
                            const char *type, const char *name, struct text body)
{
    char line[600];
    struct answered answered = {0};
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    CURL *curl = client->curl;
    curl_easy_reset(curl); /* keeps the connection */
    if (token) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", token);
        headers = curl_slist_append(headers, line);
    }
    if (type) {
        snprintf(line, sizeof line, "Content-Type: %s", type);
        headers = curl_slist_append(headers, line);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.p);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    }
    if (name) {
        snprintf(line, sizeof line, "Content-Disposition: attachment; filename=\"%s\"", name);
        headers = curl_slist_append(headers, line);
    }
    struct text url = arena_format(arena, "http%s://127.0.0.1:%u%s%s", client->server->plain ? "" : "s",
                                   client->server->port, path[0] == '/' ? "" : "/api/v1/", path);
    client->body = buffer_in(arena);
    curl_easy_setopt(curl, CURLOPT_URL, url.p);
    curl_easy_setopt(curl, CURLOPT_CAINFO, client->server->certificate);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, gather);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 100L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (curl_easy_perform(curl) == CURLE_OK) {
        long status = 0;
        char *kind = NULL;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &kind);
        answered.status = (int)status;
        answered.body = buffer_result(&client->body);
        answered.type = arena_text(arena, text_of(kind));
        if (text_ends(answered.type, TEXT("json")))
            json_read(arena, answered.body, "answer", &answered.json, NULL);
    }
    curl_slist_free_all(headers);
    return answered;
}

struct answered client_ask(struct client *client, struct arena *arena, const char *token, const char *path,
                           const char *json)
{
    return client_send(client, arena, token, path, json ? "application/json" : NULL, NULL, text_of(json));
}
