/* The HTTP client: one exchange at a time over libcurl. */
#include "http/client.h"
#include "http/inside.h"

#include <ctype.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"

enum {
	TIMEOUT_MS = 30 * 1000,
	BODY_MAX = 16 * 1024 * 1024,
	HEADERS_MAX = 256 * 1024,
	STEP_MS = 100,
};

/* One exchange under way. */
struct asking {
	const struct http_ask *ask;
	struct arena *arena;
	CURL *easy;
	struct buf body, headers;
	int64_t heard_us; /* when bytes came last */
	bool ended;       /* chunk or idle said that it is enough */
	bool forbidden;   /* the address is none that may be asked */
	char error[CURL_ERROR_SIZE];
};

static void start_library(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int timeout_ms(const struct http_ask *ask)
{
	return ask->timeout_ms > 0 ? ask->timeout_ms : TIMEOUT_MS;
}

static bool is_success(struct asking *x)
{
	long status = 0;

	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 && status < 300;
}

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
	struct asking *x = arg;

	n *= size;
	x->heard_us = time_monotonic_us();
	if (x->ask->chunk && is_success(x)) {
		x->ended = !x->ask->chunk(x->ask->arg, str_make(p, n));
		return x->ended ? 0 : n;
	}
	buf_add(&x->body, str_make(p, n));
	return x->body.overflow ? 0 : n;
}

static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
	struct asking *x = arg;
	struct str line;

	n *= size;
	line = str_make(p, n);
	x->heard_us = time_monotonic_us();
	/* A status line begins the headers of another answer: what came before was "100 Continue". */
	if (str_starts(line, STR("HTTP/")))
		buf_clear(&x->headers);
	else if (str_trim(line).n)
		buf_add(&x->headers, line);
	return x->headers.overflow ? 0 : n;
}

/* "http://10.0.0.5:8080", or the whole text when it is no URL. */
static const char *place(struct asking *x)
{
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL;
	const char *text = x->ask->url;

	if (url && curl_url_set(url, CURLUPART_URL, x->ask->url, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		text = curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK
			       ? arena_printf(x->arena, "%s://%s:%s", scheme, host, port)
			       : arena_printf(x->arena, "%s://%s", scheme, host);
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(url);
	return text;
}

static bool is_web_address(const char *url)
{
	struct str s = str_of(url);

	return str_eq_nocase(str_slice(s, 0, 7), STR("http://")) ||
	       str_eq_nocase(str_slice(s, 0, 8), STR("https://"));
}

/* The system's reason for a refused connection, to stand behind a colon. */
static const char *system_reason(struct asking *x)
{
	long error = 0;
	char *text;

	curl_easy_getinfo(x->easy, CURLINFO_OS_ERRNO, &error);
	if (!error)
		return "no connection could be made";
	text = arena_printf(x->arena, "%s", strerror((int)error));
	text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

static const char *sentence(struct asking *x, CURLcode code)
{
	struct arena *a = x->arena;
	const char *at = place(x);

	if (!is_web_address(x->ask->url))
		code = CURLE_URL_MALFORMAT;
	else if (x->forbidden)
		return arena_printf(a, "%s is on this machine or in a private network", at);
	switch (code) {
	case CURLE_URL_MALFORMAT:
		return arena_printf(a,
				    "\"%s\" is no address that can be asked: write it like "
				    "http://10.0.0.5:8080",
				    at);
	case CURLE_COULDNT_RESOLVE_HOST:
		return arena_printf(a, "cannot reach %s: no machine of that name is known", at);
	case CURLE_COULDNT_CONNECT:
		return arena_printf(a, "cannot reach %s: %s", at, system_reason(x));
	case CURLE_OPERATION_TIMEDOUT:
		return arena_printf(a, "cannot reach %s: nothing was heard for %.3g seconds", at,
				    timeout_ms(x->ask) / 1000.0);
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		return arena_printf(a, "%s closed the connection before its answer was complete",
				    at);
	case CURLE_WRITE_ERROR:
		return arena_printf(a, "the answer of %s is larger than %zu bytes", at,
				    x->body.max);
	case CURLE_PEER_FAILED_VERIFICATION:
		return arena_printf(a, "the certificate of %s is not trusted by this machine", at);
	case CURLE_SSL_CONNECT_ERROR:
		return arena_printf(a, "%s does not speak TLS: try http:// in place of https://",
				    at);
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL: /* an answer as of HTTP/0.9, without a status line */
		return arena_printf(a, "what answers at %s does not speak HTTP", at);
	default:
		return arena_printf(a, "asking %s failed: %s", at,
				    x->error[0] ? x->error : curl_easy_strerror(code));
	}
}

static struct curl_slist *header_list(const struct http_ask *ask)
{
	/* Neither a pause for "100 Continue" nor a type that nobody named. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	bool typed = false;

	for (int i = 0; ask->headers && ask->headers[i]; i++) {
		struct str line = str_of(ask->headers[i]);

		typed = typed || str_eq_nocase(str_cut(&line, ':'), STR("Content-Type"));
		list = curl_slist_append(list, ask->headers[i]);
	}
	return typed ? list : curl_slist_append(list, "Content-Type:");
}

/* The address that a name has led to is looked at here, where it cannot change any more. */
static curl_socket_t open_outside(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct asking *x = arg;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    !http_address_outside(&address->addr, x->ask->own_port)) {
		x->forbidden = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void set_options(struct asking *x, struct curl_slist *headers)
{
	const struct http_ask *ask = x->ask;
	CURL *easy = x->easy;

	curl_easy_setopt(easy, CURLOPT_URL, ask->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->error);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
	if (ask->body.p) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.n);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, ask->body.p);
	}
	if (ask->method)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, ask->method);
	if (str_is(str_of(ask->method), "HEAD"))
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	if (ask->outside) {
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_outside);
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, x);
	}
	if (ask->own) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (!ask->chunk)
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms(ask));
}

/* Is there more to wait for? Fills *code when there is not. */
static bool step(struct asking *x, CURLM *multi, CURLcode *code)
{
	int running = 0, left;
	CURLMsg *message;

	if (curl_multi_perform(multi, &running) != CURLM_OK)
		return false;
	message = curl_multi_info_read(multi, &left);
	if (message && message->msg == CURLMSG_DONE) {
		*code = message->data.result;
		return false;
	}
	if (x->ask->chunk &&
	    time_monotonic_us() - x->heard_us > (int64_t)timeout_ms(x->ask) * 1000) {
		*code = CURLE_OPERATION_TIMEDOUT;
		return false;
	}
	if (x->ask->idle && !x->ask->idle(x->ask->arg)) {
		x->ended = true;
		return false;
	}
	return curl_multi_poll(multi, NULL, 0, STEP_MS, NULL) == CURLM_OK;
}

static CURLcode run(struct asking *x)
{
	CURLM *multi = curl_multi_init();
	CURLcode code = CURLE_FAILED_INIT;

	if (!multi || curl_multi_add_handle(multi, x->easy) != CURLM_OK) {
		curl_multi_cleanup(multi);
		return code;
	}
	while (step(x, multi, &code))
		;
	curl_multi_remove_handle(multi, x->easy);
	curl_multi_cleanup(multi);
	return x->ended ? CURLE_OK : code;
}

static void fill_reply(struct asking *x, struct http_reply *reply)
{
	long status = 0;
	const char *type = NULL;

	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(x->easy, CURLINFO_CONTENT_TYPE, &type);
	*reply = (struct http_reply){
		.status = (int)status,
		.type = type ? arena_dup(x->arena, str_of(type)) : STR_NONE,
		.body = arena_dup(x->arena, buf_str(&x->body)),
		.headers = arena_dup(x->arena, buf_str(&x->headers)),
	};
}

bool http_ask(const struct http_ask *ask, struct arena *a, struct http_reply *reply,
	      const char **why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct asking x = { .ask = ask, .arena = a, .heard_us = time_monotonic_us() };
	struct curl_slist *headers;
	CURLcode code;

	pthread_once(&once, start_library);
	x.easy = curl_easy_init();
	if (!x.easy) {
		*why = "the HTTP client cannot start: the system has no resources left";
		return false;
	}
	buf_init(&x.body, ask->body_max ? ask->body_max : BODY_MAX);
	buf_init(&x.headers, HEADERS_MAX);
	headers = header_list(ask);
	set_options(&x, headers);
	code = run(&x);
	if (code == CURLE_OK)
		fill_reply(&x, reply);
	else
		*why = sentence(&x, code);
	curl_easy_cleanup(x.easy);
	curl_slist_free_all(headers);
	buf_release(&x.body);
	buf_release(&x.headers);
	return code == CURLE_OK;
}

struct str http_reply_header(const struct http_reply *reply, const char *name)
{
	struct str rest = reply->headers, want = str_of(name);

	while (rest.p) {
		struct str value = str_cut(&rest, '\n');
		struct str key = str_cut(&value, ':');

		if (value.p && str_eq_nocase(str_trim(key), want))
			return str_trim(value);
	}
	return STR_NONE;
}
