#include "sharing.h"

static void write_items(const struct share_send_ready *ready, const struct one_share *share, struct json_writer *w)
{
    json_array(w);
    for (size_t i = 0; i < share->items; i++) {
        const struct sent_thing *item = &share->item[i];
        json_object(w);
        json_member_text(w, "text", plain_text(&ready->things.row[item->sealed], "text"));
        json_member_text(w, "nature", item->nature);
        json_member_bool(w, "historical", item->historical);
        json_end(w);
    }
    json_end(w);
}

static void write_documents(const struct share_send_ready *ready, const struct one_share *share, struct json_writer *w)
{
    for (size_t i = 0; i < share->documents; i++) {
        const struct sent_thing *document = &share->document[i];
        const struct sealed_row *row = &ready->things.row[document->sealed];
        json_object(w);
        json_member_text(w, "name", plain_text(row, "name"));
        json_member_text(w, "type", plain_text(row, "type"));
        json_member_text(w, "file_key", plain_text(row, "file_key"));
        json_member_int(w, "size", document->size);
        json_member_text(w, "payload", document->payload);
        json_end(w);
    }
}

/* Whom it is about, as far as it was decided to tell: somebody outside has no case that would say so. */
static void write_subject(struct turn *turn, const struct one_share *share, struct json_writer *w)
{
    json_member_text(w, "name", share->name);
    if (share->born.year)
        json_member_text(w, "born", date_format(turn->arena, share->born));
}

/* A part for each of several people: their limits, what is known of them, and which of the documents are about them. */
static void write_parts(struct turn *turn, const struct share_send_ready *ready, struct json_writer *w)
{
    int64_t number = 0;
    json_key(w, "about");
    json_array(w);
    for (size_t i = 0; i < ready->shares; i++) {
        const struct one_share *share = &ready->share[i];
        const struct kept_answer *answered = sharing_outside(share);
        if (!answered)
            continue;
        json_object(w);
        write_subject(turn, share, w);
        json_key(w, "limits");
        limits_write(w, answered);
        json_key(w, "items");
        write_items(ready, share, w);
        json_key(w, "documents");
        json_array(w);
        for (size_t d = 0; d < share->documents; d++)
            json_put_int(w, number++);
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

static const struct one_share *only_share(const struct share_send_ready *ready)
{
    const struct one_share *only = NULL;
    for (size_t i = 0; i < ready->shares; i++)
        if (sharing_outside(&ready->share[i])) {
            if (only)
                return NULL;
            only = &ready->share[i];
        }
    return only;
}

/*
 * {"sender", "message", "name", "born", "limits", "items", "documents"} about one person; {"sender", "message", "about":
 * [{"name", "born", "limits", "items", "documents": [indexes]}], "documents"} about several. Without "born" where it is
 * not told.
 */
static void write_parcel(struct turn *turn, const struct share_send *in, const struct share_send_ready *ready,
                         struct json_writer *w)
{
    const struct one_share *only = only_share(ready);
    json_object(w);
    json_member_text(w, "sender", arena_format(turn->arena, "%s, %s, %s", turn->actor->name, turn->actor->title,
                                                 turn->actor->agency_name));
    json_member_text(w, "message", in->message);
    if (only) {
        write_subject(turn, only, w);
        json_key(w, "limits");
        limits_write(w, sharing_outside(only));
        json_key(w, "items");
        write_items(ready, only, w);
    } else {
        write_parts(turn, ready, w);
    }
    json_key(w, "documents");
    json_array(w);
    for (size_t i = 0; i < ready->shares; i++)
        if (sharing_outside(&ready->share[i]))
            write_documents(ready, &ready->share[i], w);
    json_end(w);
    json_end(w);
}

int sharing_parcel(struct turn *turn, const struct share_send *in, struct share_send_ready *ready, struct error *error)
{
    struct buffer content = buffer_in(turn->arena);
    struct json_writer w = json_writer_in(&content);
    write_parcel(turn, in, ready, &w);
    if (buffer_failed(&content))
        return arena_error(turn->arena, error);

    struct vault_phrase phrase;
    vault_phrase_new(&phrase);
    struct id link = id_new(0); /* its 80 random bits are the secret of the address */
    ready->pickup = turn_id(turn);
    ready->link = arena_text(turn->arena, text_cut(id_text(&link), 9, ID_LENGTH));
    ready->phrase = arena_format(turn->arena, "%s-%s", phrase.code, phrase.secret);
    parcel_link_hash(ready->link, ready->link_hash);
    parcel_code_hash(ready->link, text_of(phrase.code), ready->code_hash);
    struct text file;
    ready->parcel_id = turn_id(turn);
    int result = parcel_seal(turn->arena, buffer_result(&content), text_of(phrase.secret), &file, error);
    if (!result)
        result = turn_seal_under(turn, &ready->parcel_key, "parcel", &ready->parcel_id, file, &ready->parcel, error);
    vault_phrase_wipe(&phrase);
    ready->expires_at = turn->now + (in->days ? in->days : 7) * CLOCK_DAY;
    return result;
}
