/* The HTTP client against our own server, and against peers that misbehave. */
#include "http/client.h"

#include <gnutls/x509.h>
#include <pthread.h>
#include <stdlib.h>

#include "unit/http_wire.h"
#include "unit/tap.h"

static struct arena *a;
static struct http_listener *listener;
static char *base; /* "http://127.0.0.1:PORT" */

/* --- the server's side ----------------------------------------------------------------- */

static void write_and_close(struct http_request *req)
{
	struct http_stream *s = http_stream_start(req, "text/event-stream", NULL, NULL);

	http_stream_write(s, STR("data: 1\n\n"));
	http_stream_write(s, STR("data: 2\n\n"));
	http_stream_close(s);
}

static enum http_outcome handle(struct http_request *req, void *context)
{
	static char large[100000];

	(void)context;
	http_set_header(req, "X-Method", req->method);
	if (str_is(req->path, "/stream"))
		write_and_close(req);
	else if (str_is(req->path, "/silent"))
		http_stream_start(req, "text/event-stream", NULL, NULL);
	else if (str_is(req->path, "/large"))
		http_answer(req, 200, "text/plain", str_make(large, sizeof(large)));
	else if (str_is(req->path, "/type"))
		http_answer(req, 200, "text/plain", http_header(req, "Content-Type"));
	else if (str_is(req->path, "/away"))
		http_answer(req, 404, "application/json", STR("{\"away\":true}"));
	else
		http_answer(req, 200, "text/plain",
			    req->body.n ? req->body : http_header(req, "X-Ask"));
	return HTTP_ANSWERED;
}

/* Accepts one connection, reads a little, says something, and closes. */
struct rude {
	int listen_fd;
	const char *says;
	int hold_ms;
};

static void *be_rude(void *arg)
{
	struct rude *r = arg;
	int fd = accept(r->listen_fd, NULL, NULL);
	char bytes[1024];

	if (recv(fd, bytes, sizeof(bytes), 0) > 0 && r->says[0])
		wire_send(fd, str_of(r->says));
	usleep((useconds_t)r->hold_ms * 1000);
	close(fd);
	return NULL;
}

/* Ask a peer that says `says`; gives the sentence, or "" for a success. */
static const char *ask_rude(const char *says, int hold_ms, int patience_ms)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	struct rude rude = { socket(AF_INET, SOCK_STREAM, 0), says, hold_ms };
	struct http_ask ask = { .timeout_ms = patience_ms };
	struct http_reply reply;
	const char *why = "";
	pthread_t thread;

	if (bind(rude.listen_fd, (struct sockaddr *)&at, n) != 0 ||
	    listen(rude.listen_fd, 1) != 0 ||
	    getsockname(rude.listen_fd, (struct sockaddr *)&at, &n) != 0)
		exit(EXIT_FAILURE);
	pthread_create(&thread, NULL, be_rude, &rude);
	ask.url = arena_printf(a, "http://127.0.0.1:%d/secret", ntohs(at.sin_port));
	if (http_ask(&ask, a, &reply, &why))
		why = "";
	pthread_join(thread, NULL);
	close(rude.listen_fd);
	return why;
}

/* --- tests ----------------------------------------------------------------------------- */

static struct http_reply get(const struct http_ask *how, const char *path)
{
	struct http_ask ask = *how;
	struct http_reply reply = { 0 };
	const char *why = "";

	ask.url = arena_printf(a, "%s%s", base, path);
	if (!http_ask(&ask, a, &reply, &why))
		diag("%s", why);
	return reply;
}

static void test_ask(void)
{
	const char *const headers[] = { "X-Ask: hello", NULL };
	const char *const typed[] = { "content-type: application/json", NULL };
	struct http_reply r = get(&(struct http_ask){ .headers = headers }, "/");

	is_int(r.status, 200, "a reply has a status");
	is_str(r.body, "hello", "a body, to a request with the header");
	is_str(r.type, "text/plain", "and a type");
	is_str(http_reply_header(&r, "x-method"), "GET", "its headers are found in any case");
	is_str(http_reply_header(&r, "X-None"), STR_NONE, "a header that is not there is absent");
	r = get(&(struct http_ask){ .body = STR("posted") }, "/");
	is_str(r.body, "posted", "a body is sent");
	is_str(http_reply_header(&r, "X-Method"), "POST", "by POST when no method is named");
	r = get(&(struct http_ask){ .method = "PUT", .body = STR("put") }, "/");
	is_str(http_reply_header(&r, "X-Method"), "PUT", "or by the method that is");
	r = get(&(struct http_ask){ .method = "DELETE" }, "/");
	is_str(http_reply_header(&r, "X-Method"), "DELETE", "also without a body");
	r = get(&(struct http_ask){ .method = "HEAD" }, "/large");
	ok(r.status == 200 && !r.body.n &&
		   str_is(http_reply_header(&r, "Content-Length"), "100000"),
	   "HEAD gets no body");
	r = get(&(struct http_ask){ .body = STR("x") }, "/type");
	is_str(r.body, "", "no type is made up for a body");
	r = get(&(struct http_ask){ .body = STR("x"), .headers = typed }, "/type");
	is_str(r.body, "application/json", "a type that is given is sent");
	r = get(&(struct http_ask){ 0 }, "/away");
	ok(r.status == 404 && str_is(r.body, "{\"away\":true}"), "404 is an answer too");
}

static bool collect(void *arg, struct str bytes)
{
	buf_add(arg, bytes);
	return true;
}

static bool first_only(void *arg, struct str bytes)
{
	buf_add(arg, bytes);
	return false;
}

static bool three_times(void *arg)
{
	buf_addc(arg, '.');
	return ((struct buf *)arg)->n < 3;
}

static void test_streams(void)
{
	struct buf got;
	struct http_reply r;
	struct http_ask ask = { .chunk = collect, .arg = &got };
	const char *why = "";

	buf_init(&got, BUF_MAX);
	r = get(&ask, "/stream");
	is_int(r.status, 200, "a stream that ends is a success");
	is_str(buf_str(&got), "data: 1\n\ndata: 2\n\n", "its bytes were given to chunk");
	is_str(r.body, "", "and are not kept");
	buf_clear(&got);
	ask.chunk = first_only;
	is_int(get(&ask, "/stream").status, 200, "chunk may end the exchange");
	buf_clear(&got);
	ask.chunk = collect;
	is_str(get(&ask, "/away").body, "{\"away\":true}", "an error's body is kept, not streamed");
	ask.idle = three_times;
	is_int(get(&ask, "/silent").status, 200, "idle may end the exchange");
	is_str(buf_str(&got), "...", "it is called while nothing comes");
	buf_clear(&got);
	ask = (struct http_ask){ .chunk = collect,
				 .arg = &got,
				 .timeout_ms = 200,
				 .url = arena_printf(a, "%s/silent", base) };
	ok(!http_ask(&ask, a, &r, &why), "a silent stream is given up");
	is_str(why, arena_printf(a, "cannot reach %s: nothing was heard for 0.2 seconds", base),
	       "after its time of silence");
	buf_release(&got);
}

static const char *refusal(const struct http_ask *how)
{
	struct http_reply reply;
	const char *why = "";

	return http_ask(how, a, &reply, &why) ? "" : why;
}

static void test_sentences(void)
{
	int closed = wire_connect(http_listener_port(listener));
	const char *url = arena_printf(a, "%s/large?token=secret", base);

	close(closed);
	is_str(refusal(&(struct http_ask){ .url = "http://127.0.0.1:1/secret" }),
	       "cannot reach http://127.0.0.1:1: connection refused",
	       "a refused connection is named, without the path");
	is_str(refusal(&(struct http_ask){ .url = "ftp://127.0.0.1/" }),
	       "\"ftp://127.0.0.1\" is no address that can be asked: write it like "
	       "http://10.0.0.5:8080",
	       "only http and https can be asked");
	is_str(refusal(&(struct http_ask){ .url = "http://" }),
	       "\"http://\" is no address that can be asked: write it like http://10.0.0.5:8080",
	       "what is no URL is quoted");
	ok(str_starts(str_of(refusal(&(struct http_ask){ .url = "file:///etc/passwd" })),
		      STR("\"file://")),
	   "files cannot be asked");
	is_str(refusal(&(struct http_ask){ .url = url, .body_max = 1000 }),
	       arena_printf(a, "the answer of %s is larger than 1000 bytes", base),
	       "an answer above the limit is refused");
	ok(strstr(ask_rude("", 0, 0), "closed the connection before its answer was complete"),
	   "a peer that closes without an answer is named");
	ok(strstr(ask_rude("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 0, 0),
		  "closed the connection before its answer was complete"),
	   "and one that closes in the middle");
	ok(strstr(ask_rude("SSH-2.0-OpenSSH\r\n", 0, 0), "does not speak HTTP"),
	   "and one that speaks something else");
	ok(strstr(ask_rude("", 400, 100), "nothing was heard for 0.1 seconds"),
	   "and one that says nothing");
	ok(!strstr(ask_rude("", 0, 0), "secret"), "no sentence holds the path");
}

/* --- TLS -------------------------------------------------------------------------------- */

static char *pem(gnutls_datum_t *d)
{
	char *text = arena_cstr(a, str_make(d->data, d->size));

	gnutls_free(d->data);
	return text;
}

/* A certificate that signs itself. */
static void make_certificate(char **cert_pem, char **key_pem)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t cert;
	gnutls_datum_t out;

	gnutls_x509_privkey_init(&key);
	gnutls_x509_privkey_generate(key, GNUTLS_PK_EC,
				     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	gnutls_x509_crt_init(&cert);
	gnutls_x509_crt_set_version(cert, 3);
	gnutls_x509_crt_set_serial(cert, "\1", 1);
	gnutls_x509_crt_set_activation_time(cert, 0);
	gnutls_x509_crt_set_expiration_time(cert, (time_t)1 << 32);
	gnutls_x509_crt_set_dn(cert, "CN=127.0.0.1", NULL);
	gnutls_x509_crt_set_key(cert, key);
	gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0);
	gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &out);
	*cert_pem = pem(&out);
	gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &out);
	*key_pem = pem(&out);
	gnutls_x509_crt_deinit(cert);
	gnutls_x509_privkey_deinit(key);
}

/* Ask over TLS, trusting anybody. */
static struct str tls_ask(int port, struct str request)
{
	gnutls_certificate_credentials_t nobody;
	gnutls_session_t session;
	char bytes[4096];
	ssize_t n;
	struct buf in;
	struct str answer;
	size_t body_n = 0;
	int fd = wire_connect(port);

	buf_init(&in, BUF_MAX);
	gnutls_certificate_allocate_credentials(&nobody);
	gnutls_init(&session, GNUTLS_CLIENT);
	gnutls_set_default_priority(session);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, nobody);
	gnutls_transport_set_int(session, fd);
	gnutls_handshake_set_timeout(session, WIRE_PATIENCE_MS);
	gnutls_record_set_timeout(session, WIRE_PATIENCE_MS);
	if (gnutls_handshake(session) == 0)
		gnutls_record_send(session, request.p, request.n);
	while (!wire_head(buf_str(&in), &body_n) ||
	       in.n < wire_head(buf_str(&in), &body_n) + body_n) {
		n = gnutls_record_recv(session, bytes, sizeof(bytes));
		if (n <= 0)
			break;
		buf_add(&in, str_make(bytes, (size_t)n));
	}
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(nobody);
	close(fd);
	answer = arena_dup(a, buf_str(&in));
	buf_release(&in);
	return answer;
}

static void test_tls(struct http_server *s)
{
	struct http_listen how = { .address = "127.0.0.1",
				   .body_max = 100,
				   .handler = handle,
				   .cert_pem = "no certificate",
				   .key_pem = "no key" };
	struct http_listener *tls;
	char *cert_pem, *key_pem;
	const char *why = "";
	struct str got;
	int port;

	ok(!http_listen(s, &how, a, &why) && strstr(why, "certificate and its key cannot be used"),
	   "a certificate that is none is refused with a sentence");
	make_certificate(&cert_pem, &key_pem);
	how.cert_pem = cert_pem;
	how.key_pem = key_pem;
	tls = http_listen(s, &how, a, &why);
	ok(tls != NULL, "a listener speaks TLS with a certificate");
	if (!tls)
		return;
	port = http_listener_port(tls);
	got = tls_ask(port, STR("GET / HTTP/1.1\r\nHost: h\r\nX-Ask: over TLS\r\n\r\n"));
	is_str(wire_body(got), "over TLS", "and answers");
	is_str(refusal(&(struct http_ask){ .url = arena_printf(a, "https://127.0.0.1:%d/", port) }),
	       arena_printf(a,
			    "the certificate of https://127.0.0.1:%d is not trusted by this "
			    "machine",
			    port),
	       "the client trusts no certificate that signs itself");
	is_str(refusal(&(struct http_ask){ .url = arena_printf(a, "https://127.0.0.1:%d/", port),
					   .own = true }),
	       "", "unless the server asks itself");
	is_str(refusal(&(struct http_ask){ .url = arena_printf(a, "https://127.0.0.1:%d/",
							       http_listener_port(listener)) }),
	       arena_printf(a,
			    "https://127.0.0.1:%d does not speak TLS: try http:// in place of "
			    "https://",
			    http_listener_port(listener)),
	       "https where http is spoken is named");
}

int main(void)
{
	struct http_listen how = { .address = "127.0.0.1", .body_max = 1000, .handler = handle };
	const char *why = "";
	struct http_server *s;

	a = arena_new();
	s = http_server_new(2, a, &why);
	listener = s ? http_listen(s, &how, a, &why) : NULL;
	if (!listener) {
		diag("%s", why);
		return EXIT_FAILURE;
	}
	base = arena_printf(a, "http://127.0.0.1:%d", http_listener_port(listener));
	test_ask();
	test_streams();
	test_sentences();
	test_tls(s);
	http_server_free(s, 100);
	arena_free(a);
	return done_testing();
}
