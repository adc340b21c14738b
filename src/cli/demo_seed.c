#include "commands.h"
#include "settings.h"

#include "gate.h"

/* The invented partnership of the demo. No person, school or place in it exists. */

#define PASSWORD "walking in the rain"

static const struct {
    const char *name, *kind, *domain;
} agencies[] = {
    {"Alderbrook Primary School", "education", "alderbrook.school.example"},
    {"Alderbrook Health Trust", "health", "alderbrook.nhs.example"},
    {"Brookshire Police", "police", "brookshire.police.example"},
    {"Alderbrook Children’s Services", "childrens-social-care", "alderbrook.gov.example"},
    {"Harbour Family Support", "charity", "harbour.example"},
};
enum { SCHOOL, HEALTH, POLICE, SERVICES, CHARITY, AGENCIES };

static const struct person {
    const char *login, *person, *title, *role;
    int agency;
    const char *tries;
} people[] = {
    {"teacher", "Tamsin Okoro", "Class teacher", "practitioner", SCHOOL, "say that you are worried about a child"},
    {"lead", "Idris Fenwick", "Designated safeguarding lead", "lead", SCHOOL, "see decisions that differ from the policy"},
    {"head", "Marian Castell", "Head teacher", "manager", SCHOOL, "see every decision of the school with its reasons"},
    {"nurse", "Priya Hallam", "Health visitor", "practitioner", HEALTH, "share what a clinic knows"},
    {"named-nurse", "Owen Tarrant", "Named nurse for safeguarding", "lead", HEALTH, "review the trust’s decisions"},
    {"nursing-head", "Ceri Ellery", "Head of community nursing", "manager", HEALTH, "approve what is to be destroyed, or hold it"},
    {"constable", "Jess Marlowe", "Police constable", "practitioner", POLICE, "share from a call-out"},
    {"inspector", "Dara Quill", "Detective inspector", "manager", POLICE, "see the force’s decisions"},
    {"records-manager", "Ines Calloway", "Police records manager", "governance", POLICE,
     "approve what the force is to destroy"},
    {"social-worker", "Leah Brandt", "Social worker, duty team", "practitioner", SERVICES,
     "find what was shared, and say what you will do"},
    {"team-manager", "Samir Holt", "Team manager", "manager", SERVICES, "see what waits for the team"},
    {"governance", "Edda Rowntree", "Information governance lead", "governance", SERVICES, "read the agency’s decisions"},
    {"charity-worker", "Noor Selby", "Family worker", "practitioner", CHARITY, "share as a charity"},
    {"charity-manager", "Bryn Tolland", "Service manager", "manager", CHARITY, "propose what the charity is to destroy"},
    {"charity-lead", "Mirren Keast", "Designated safeguarding lead", "lead", CHARITY, "approve it, or hold it"},
    {"administrator", "Alex Byrne", "System administrator", "administrator", SERVICES,
     "keep the directory; sees no case"},
};
enum { PEOPLE = sizeof people / sizeof *people };

void demo_accounts(struct buffer *out)
{
    buffer_string(out, "Sign in as one of these; the password of all is: " PASSWORD "\n\n");
    for (size_t i = 0; i < PEOPLE; i++)
        buffer_format(out, "  %-15s %-30s %s\n", people[i].login, people[i].title, people[i].tries);
}

void demo_tell(struct face *face)
{
    static struct face_account accounts[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++)
        accounts[i] = (struct face_account){people[i].login, people[i].title, people[i].tries};
    face->accounts = accounts;
    face->accounts_n = PEOPLE;
    face->password = PASSWORD;
}

struct seeding {
    struct gate *gate;
    struct arena *arena;
    struct id agency[AGENCIES], post[PEOPLE];
};

#define DO(visit, command, in, out)                                                                            \
    do {                                                                                                       \
        int did = visit_act_wait((visit), &(command), (in), (out), error);                                     \
        if (did)                                                                                               \
            return did;                                                                                        \
    } while (0)

static int add_directory(struct seeding *seeding, struct error *error)
{
    struct visit *visit;
    int result = visit_begin(seeding->gate, seeding->arena, &visit, error);
    if (result)
        return result;
    visit_as_operator(visit);
    for (size_t i = 0; i < AGENCIES; i++) {
        struct agency_add in = {text_of(agencies[i].name), text_of(agencies[i].kind), text_of(agencies[i].domain)};
        struct agency_added out;
        DO(visit, agency_add_command, &in, &out);
        seeding->agency[i] = out.agency_id;
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        struct text role = text_of(people[i].role);
        struct post_add post = {.agency_id = seeding->agency[people[i].agency],
                                .title = text_of(people[i].title),
                                .person = text_of(people[i].person),
                                .roles = {&role, 1}};
        struct post_added added;
        DO(visit, post_add_command, &post, &added);
        seeding->post[i] = added.post_id;
        struct account_add account = {added.post_id, text_of(people[i].login), TEXT(PASSWORD)};
        struct account_added made;
        DO(visit, account_add_command, &account, &made);
    }
    return 0;
}

static int sign_in(struct seeding *seeding, const char *login, struct visit **visit, struct error *error)
{
    struct session_begin in = {text_of(login), TEXT(PASSWORD)};
    struct session_begun out;
    int result = visit_begin(seeding->gate, seeding->arena, visit, error);
    if (result)
        return result;
    DO(*visit, session_begin_command, &in, &out);
    return visit_by_session(*visit, out.token, error);
}

/* What the health visitor saw, shared with children's services, and answered. */
static int add_shared_case(struct seeding *seeding, struct error *error)
{
    struct visit *nurse, *worker;
    int result = sign_in(seeding, "nurse", &nurse, error);
    if (!result)
        result = sign_in(seeding, "social-worker", &worker, error);
    if (result)
        return result;
    struct case_open open = {
        .name = TEXT("Rowan Ashby"), .born = {2025, 3, 14}, .about = TEXT("Lives at Mill Cottage; sister at Alderbrook Primary")};
    struct case_opened opened;
    DO(nurse, case_open_command, &open, &opened);
    struct item_record item = {
        .case_id = opened.case_id,
        .text = TEXT("Weight has fallen two centile lines since July. Two clinic appointments were missed."),
        .nature = TEXT("fact")};
    struct item_recorded seen, thought;
    DO(nurse, item_record_command, &item, &seen);
    item.text = TEXT("The mother seemed afraid to speak while her partner was in the room.");
    item.nature = TEXT("opinion");
    DO(nurse, item_record_command, &item, &thought);
    struct decision_record record = {
        .cases = {&opened.case_id, 1},
        .agencies = {&seeding->agency[SERVICES], 1},
        .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
                       "\"sensitive\":true,\"consent\":\"not-sought\",\"no_consent_ground\":\"child-risk\","
                       "\"child_harm\":\"reasonable-cause\",\"vital_interests\":false,\"legal_duty\":\"none\","
                       "\"public_function\":true,\"proportionate\":true,\"urgent\":false,"
                       "\"recipient_needs_to_know\":true,\"informing_raises_risk\":true,"
                       "\"telling_recipient_raises_risk\":false,\"manager_consulted\":true,"
                       "\"serious_crime\":false,\"adult_harm\":\"none\",\"article6\":\"e\",\"article9\":\"g\","
                       "\"schedule2\":true,\"schedule3\":true,\"restricted_by_law\":false,"
                       "\"original_controller_permits\":true,\"both_listed\":true,\"more_detrimental\":false}")},
        .outcome = TEXT("share"),
        .reasons = TEXT("A baby is losing weight and appointments are missed. Asking for consent first could put him at "
                        "more risk. Children’s services can only act if they know."),
        .consulted = TEXT("Named nurse for safeguarding")};
    struct decision_recorded decided;
    DO(nurse, decision_record_command, &record, &decided);
    struct id items[] = {seen.item_id, thought.item_id};
    struct share_send send = {.decisions = {&decided.decision_id, 1},
                              .items = {items, 2},
                              .message = TEXT("Please do not tell the family yet. Call me before you visit.")};
    struct share_sent sent;
    DO(nurse, share_send_command, &send, &sent);

    struct view_rows rows;
    struct nothing nothing = {0};
    result = visit_look(worker, &receipt_list_view, &nothing, &rows, error);
    if (result)
        return result;
    struct receipt_of of = {VISIT_ROW(rows, struct receipt_row, 0)->receipt_id};
    struct receipt_opened taken;
    DO(worker, receipt_open_command, &of, &taken);
    struct receipt_confirm confirm = {
        of.receipt_id, TEXT("Strategy discussion tomorrow at 9. We will call you tonight and not contact the family before.")};
    struct receipt_confirmed confirmed;
    DO(worker, receipt_confirm_command, &confirm, &confirmed);
    return 0;
}

/* A decision not to share, with its reasons. */
static int add_withheld_case(struct seeding *seeding, struct error *error)
{
    struct visit *teacher;
    int result = sign_in(seeding, "teacher", &teacher, error);
    if (result)
        return result;
    struct case_open open = {.name = TEXT("Juno Merrick"), .born = {2016, 9, 2}, .about = TEXT("Year 5")};
    struct case_opened opened;
    DO(teacher, case_open_command, &open, &opened);
    struct item_record item = {.case_id = opened.case_id,
                               .text = TEXT("A club asked for Juno’s home address to send an invitation."),
                               .nature = TEXT("fact")};
    struct item_recorded recorded;
    DO(teacher, item_record_command, &item, &recorded);
    struct decision_record record = {
        .cases = {&opened.case_id, 1},
        .agencies = {&seeding->agency[CHARITY], 1},
        .facts = {TEXT("{\"purpose\":\"none\",\"child_harm\":\"none\",\"vital_interests\":false,\"legal_duty\":\"none\","
                       "\"urgent\":false}")},
        .outcome = TEXT("do-not-share"),
        .reasons = TEXT("An invitation is no reason to give out an address. I told the club and offered to pass a letter on.")};
    struct decision_recorded decided;
    DO(teacher, decision_record_command, &record, &decided);
    return 0;
}

int demo_seed(const struct settings *settings, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(256 << 20, ARENA_SECRET);
    struct seeding seeding = {.arena = arena};
    struct gate_settings gate = settings_gate(settings);
    gate.origin = settings->origin;
    int result = arena ? gate_open(&gate, &seeding.gate, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result)
        result = add_directory(&seeding, error);
    if (!result)
        result = add_shared_case(&seeding, error);
    if (!result)
        result = add_withheld_case(&seeding, error);
    gate_close(&seeding.gate);
    return result;
}
