#include "web.h"

#include "advice.h"
#include "case/case.h"
#include "case/cases.h"
#include "case/decision.h"
#include "disposal/disposal.h"
#include "download.h"
#include "form_page.h"
#include "home.h"
#include "others.h"
#include "answer/path_pages.h"
#include "share/pickup.h"
#include "case/proof.h"
#include "share/received.h"
#include "rules/rules.h"
#include "sign.h"
#include "worry/worry.h"

#define DOCUMENTS_MOST (UINT64_C(4) << 30)

#define GET(path, a_page)                                                                                            \
    {                                                                                                                \
        .method = HTTP_GET, .pattern = path, .handler = asking_get, .data = a_page                                   \
    }
#define POST(path, a_page)                                                                                           \
    {                                                                                                                \
        .method = HTTP_POST, .pattern = path, .handler = asking_post, .body = HTTP_BODY_FORM, .data = a_page         \
    }
#define VISITORS_GET(path, a_page)                                                                                   \
    {                                                                                                                \
        .method = HTTP_GET, .pattern = path, .handler = asking_get, .flags = ROUTE_VISITORS, .data = a_page          \
    }
#define VISITORS_POST(path, a_page)                                                                                  \
    {                                                                                                                \
        .method = HTTP_POST, .pattern = path, .handler = asking_post, .body = HTTP_BODY_FORM,                        \
        .flags = ROUTE_VISITORS, .data = a_page                                                                      \
    }
#define BOTH(path, a_page) GET(path, a_page), POST(path, a_page)
#define VISITORS_BOTH(path, a_page) VISITORS_GET(path, a_page), VISITORS_POST(path, a_page)
#define FILES(path, a_page, an_upload)                                                                               \
    GET(path, a_page),                                                                                               \
    {                                                                                                                \
        .method = HTTP_POST, .pattern = path, .handler = asking_post, .body = HTTP_BODY_FORM,                        \
        .body_limit = DOCUMENTS_MOST, .upload = an_upload, .data = a_page                                            \
    }

static const struct http_route routes[] = {
    GET("/", &home_page),
    VISITORS_BOTH("/sign-in", &sign_in_page),
    BOTH("/sign-out", &sign_out_page),
    POST("/notice/{notice}/done", &notice_page),

    BOTH("/worry", &worry_start_page),
    BOTH("/worry/{draft}/name", &worry_step_pages[0]),
    BOTH("/worry/{draft}/child", &worry_child_page),
    BOTH("/worry/{draft}/born", &worry_step_pages[2]),
    BOTH("/worry/{draft}/seen", &worry_step_pages[3]),
    BOTH("/worry/{draft}/told", &worry_step_pages[4]),
    BOTH("/worry/{draft}/recipients", &worry_step_pages[5]),
    BOTH("/worry/{draft}/people", &worry_people_page),
    BOTH("/worry/{draft}/question", &worry_question_page),
    GET("/worry/{draft}/answer", &worry_answer_page),
    BOTH("/worry/{draft}/whose", &worry_whose_page),
    GET("/worry/{draft}/path", &worry_path_page),
    BOTH("/worry/{draft}/decide", &worry_step_pages[6]),
    FILES("/worry/{draft}/documents", &worry_documents_page, worry_upload),
    BOTH("/worry/{draft}/content", &worry_step_pages[7]),
    BOTH("/worry/{draft}/outside", &worry_step_pages[8]),
    BOTH("/worry/{draft}/check", &worry_check_page),
    POST("/worry/{draft}/drop", &worry_drop_page),
    GET("/sent/{decision}", &sent_page),

    BOTH("/advice", &advice_page),
    BOTH("/advice/{draft}/question", &advice_question_page),
    GET("/advice/{draft}/answer", &advice_answer_page),

    GET("/cases", &cases_page),
    BOTH("/cases/find", &case_find_page),
    GET("/case/{case}", &case_page),
    GET("/case/{case}/looks", &looks_page),
    BOTH("/case/{case}/worry", &worry_case_page),
    BOTH("/case/{case}/admit", &case_admit_page),
    BOTH("/case/{case}/release", &case_release_page),
    BOTH("/case/{case}/hold", &case_hold_page),
    BOTH("/case/{case}/destroy", &disposal_choose_page),
    BOTH("/case/{case}/destroy/{draft}/what", &disposal_what_page),
    BOTH("/case/{case}/destroy/{draft}/why", &disposal_step_pages[0]),
    BOTH("/case/{case}/destroy/{draft}/where", &disposal_step_pages[1]),
    BOTH("/case/{case}/destroy/{draft}/paper", &disposal_step_pages[2]),
    BOTH("/case/{case}/destroy/{draft}/media", &disposal_step_pages[3]),
    BOTH("/case/{case}/destroy/{draft}/check", &disposal_check_page),
    FILES("/case/{case}/documents", &case_documents_page, case_upload),
    GET("/document/{document}", &document_page),
    GET("/decision/{decision}", &decision_page),
    GET("/decision/{decision}/path", &decision_path_page),
    GET("/decision/{decision}/proof", &proof_page),
    GET("/decision/{decision}/proof/file", &proof_file_page),
    GET("/decision/{decision}/receipt", &proof_receipt_page),
    GET("/decisions", &decisions_page),

    GET("/disposals", &disposals_page),
    GET("/disposal/{disposal}", &disposal_page),
    BOTH("/disposal/{disposal}/approve", &disposal_approve_page),
    BOTH("/disposal/{disposal}/withdraw", &disposal_withdraw_page),
    POST("/hold/{hold}/lift", &hold_lift_page),

    GET("/received", &received_page),
    GET("/received/{receipt}", &receipt_page),
    BOTH("/received/{receipt}/open", &receipt_open_page),
    BOTH("/received/{receipt}/answer", &receipt_confirm_page),
    BOTH("/received/{receipt}/hold", &received_hold_page),
    GET("/received/{receipt}/document/{document}", &received_document_page),

    GET("/rules", &rules_page),
    GET("/rules/version/{version}", &rules_version_page),
    BOTH("/rules/propose", &rules_choose_page),
    BOTH("/rules/propose/{which}/from", &rules_from_page),
    BOTH("/rules/propose/{which}/{from}/reasons", &rules_reasons_page),
    GET("/rules/proposal/{adoption}", &rules_proposal_page),
    BOTH("/rules/proposal/{adoption}/approve", &rules_approve_page),
    BOTH("/rules/proposal/{adoption}/withdraw", &rules_withdraw_page),
    BOTH("/rules/proposal/{adoption}/again", &rules_again_page),
    BOTH("/rules/changes/{adoption}", &rules_changes_page),
    GET("/rules/readers/{adoption}", &rules_readers_page),
    BOTH("/rules/review/{adoption}", &rules_review_page),

    GET("/directory", &directory_page),
    BOTH("/directory/agency", &agency_add_page),
    BOTH("/directory/agency/{agency}/post", &post_add_page),
    BOTH("/directory/post/{post}/account", &account_add_page),
    POST("/directory/account/{account}/end", &account_end_page),
    BOTH("/password", &password_page),
    BOTH("/tokens", &tokens_page),
    POST("/tokens/{token}/end", &token_end_page),

    VISITORS_GET("/status", &status_page),
    VISITORS_GET("/about", &about_page),
    VISITORS_GET("/accessibility", &accessibility_page),
    VISITORS_GET("/glossary", &glossary_page),

    VISITORS_BOTH("/pickup/{link}", &pickup_page),
    VISITORS_GET("/pickup/{link}/open", &parcel_page),
    VISITORS_GET("/pickup/{link}/document/{number}", &parcel_document_page),
};

const struct http_table *web_table(void)
{
    static const struct http_table table = {routes, sizeof routes / sizeof *routes};
    return &table;
}
