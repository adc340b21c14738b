#include "share/sharing.h"

#include "internal.h"

/* Obligations that give away how consent stands. */
static const char *const revealing[] = {"justify-without-consent", "tell-recipient-no-consent", "seek-consent",
                                        "record-consent-giver",    "state-consent-limits",      "discuss-refusal-with-requester",
                                        "continue-support"};

static void write_obligations(struct json_writer *w, const struct json *words, bool told)
{
    json_array(w);
    for (size_t i = 0; json_is(words, JSON_ARRAY) && i < words->count; i++) {
        bool reveals = false;
        for (size_t k = 0; k < FIELDS_COUNT(revealing); k++)
            reveals |= text_equal(json_text(json_get(&words->item[i], "code")), text_of(revealing[k]));
        if (told || !reveals)
            json_put(w, &words->item[i]);
    }
    json_end(w);
}

/*
 * The limits that travel: why it is lawful, what it obliges, and how consent stands (WM-27). Only where the sender has
 * said that telling would put somebody at risk or spoil an investigation is it left out, and then nothing goes that
 * would give it away, as citations do.
 */
void limits_write(struct json_writer *w, const struct kept_answer *answered)
{
    const struct json *words = answered->words, *facts = answered->facts;
    struct text consent = json_text(json_get(facts, "consent"));
    bool told = !consent.n || text_equal(consent, TEXT("given")) ||
                !json_is(json_get(facts, "telling_recipient_raises_risk"), JSON_TRUE);
    json_object(w);
    json_key(w, "basis");
    json_put(w, json_get(words, "basis"));
    json_key(w, "obligations");
    write_obligations(w, json_get(words, "obligations"), told);
    json_key(w, "citations");
    if (told) {
        json_put(w, json_get(words, "citations"));
    } else {
        json_array(w);
        json_end(w);
    }
    json_key(w, "consent");
    if (told && consent.n)
        json_put_text(w, consent);
    else
        json_put_null(w);
    json_end(w);
}
