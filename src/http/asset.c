#include "internal.h"

#include "header.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static int by_path(const void *a, const void *b)
{
    const struct http_asset *const *x = a, *const *y = b;
    return strcmp((*x)->path, (*y)->path);
}

int asset_index(struct http_server *server, struct error *error)
{
    size_t n = server->site->assets_n;
    server->asset = ARENA_ARRAY(server->arena, const struct http_asset *, n);
    if (!server->asset)
        return arena_error(server->arena, error);
    for (size_t i = 0; i < n; i++) {
        const struct http_asset *asset = &server->site->assets[i];
        if (!asset->path || !asset->type)
            return error_set(error, ERROR_INVALID, "assets", "", "an asset has no path or no type");
        server->asset[i] = asset;
    }
    if (n > 1)
        qsort(server->asset, n, sizeof(struct http_asset *), by_path);
    for (size_t i = 1; i < n; i++)
        if (strcmp(server->asset[i - 1]->path, server->asset[i]->path) == 0)
            return error_set(error, ERROR_INVALID, server->asset[i]->path, "", "two assets have this path");
    return 0;
}

static const struct http_asset *find(const struct http_server *server, struct text path)
{
    size_t low = 0, high = server->site->assets_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(text_of(server->asset[middle]->path), path);
        if (order == 0)
            return server->asset[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool asset_reply(struct http_request *request)
{
    struct error error = {0};
    const struct http_asset *asset = find(request->server, request->path);
    if (!asset)
        return false;
    request->route_number = METRICS_ASSET;
    if (request->method != HTTP_GET && request->method != HTTP_HEAD) {
        http_refuse_with(request, 405, 0);
        refuse(request, error_set(&error, ERROR_INPUT, "", "", "a file can only be fetched"), &error);
        http_set_header(request, "Allow", TEXT("GET, HEAD"), NULL);
        return true;
    }
    int result = http_set_header(request, "Cache-Control", TEXT("public, max-age=31536000, immutable"), &error);
    if (result == 0 && asset->gzip_bytes)
        result = http_set_header(request, "Vary", TEXT("Accept-Encoding"), &error);
    struct text body = {asset->bytes, asset->n};
    if (result == 0 && asset->gzip_bytes && header_accepts_gzip(http_header(request, "Accept-Encoding"))) {
        body = (struct text){asset->gzip_bytes, asset->gzip_n};
        result = http_set_header(request, "Content-Encoding", TEXT("gzip"), &error);
    }
    /* A strong tag would promise the same bytes, gzipped or not (RFC 9110 section 8.8.3). */
    struct text tag = arena_format(request->arena, "%s%s", asset->gzip_bytes ? "W/" : "", asset->etag ? asset->etag : "");
    if (result == 0)
        result = asset->etag ? http_reply_tagged(request, asset->type, body, tag, &error)
                           : http_reply(request, 200, asset->type, body, &error);
    if (result != 0)
        refuse(request, result, &error);
    return true;
}
