#ifndef TESTS_POLICY_BASE_CASE_H
#define TESTS_POLICY_BASE_CASE_H

/* A case stated in full: an ordinary confidential matter about a living child, nobody in danger, nobody asked. */
#define BASE_CASE                                                                                                      \
    "{\"date\":\"2026-11-01\",\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"confidential\":true,"      \
    "\"sensitive\":false,\"consent\":\"not-sought\",\"consent_covers\":false,\"consent_written\":false,"               \
    "\"no_consent_ground\":\"none\",\"child_harm\":\"none\",\"would_deteriorate\":false,\"subject_age\":10,"           \
    "\"adult_harm\":\"none\",\"serious_crime\":false,\"vital_interests\":false,\"legal_duty\":\"none\","               \
    "\"public_function\":false,\"both_listed\":false,\"more_detrimental\":false,\"proportionate\":true,"               \
    "\"urgent\":false,\"restricted_by_law\":false,\"recipient\":\"health\",\"recipient_needs_to_know\":true,"          \
    "\"sharer\":\"public-authority\",\"article6\":\"none\",\"article9\":\"none\",\"schedule2\":true,"                  \
    "\"schedule3\":true,\"original_controller_permits\":true,\"manager_consulted\":false,"                             \
    "\"informing_raises_risk\":false,\"telling_recipient_raises_risk\":false}"

#endif
