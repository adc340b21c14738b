#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * One line on standard error for the operator: time, level, room, message. Never personal data, never secrets:
 * ids and counts only.
 */
enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

void log_line(enum log_level level, const char *room, const char *message, ...) __attribute__((format(printf, 3, 4)));

/* Lines below this level are dropped. PROVISO_LOG=debug|info|warning|error sets it at start; info otherwise. */
void log_threshold(enum log_level level);

#endif
