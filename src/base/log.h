#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * The server's log: one line per event on stderr, "2021-07-22T11:00:00.000Z level text".
 *
 * Never log a secret: no secret key, token, password, event code, cookie, signature,
 * nor a body that may hold one.
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below this level are dropped; LOG_INFO at start. */
void log_set_level(enum log_level least);
/* Safe from any thread; control characters in the text are written as '?'. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

#endif
