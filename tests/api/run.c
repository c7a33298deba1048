/*
 * Behaviour: plays tests/api/SERVICE/NAME.test, once for every protocol that the service speaks, against the
 * real cloud on a loopback port, with a clock that the test turns.
 *
 *	# From: where the behaviour is documented.
 *	test A sentence that is true of the service.
 *	call sqs CreateQueue {"QueueName": "q"}    an operation; the input may go on in indented lines
 *	keep url = $.QueueUrl                      a value of the last answer, for ${url} later
 *	is $.Messages[0].Body "hello"              the value at a path is this JSON
 *	has $.Messages[0].MessageId                there is something at a path
 *	none $.Messages                            there is nothing at a path
 *	count $.Messages[*] 2                      a path finds so many values
 *	match {"Messages": {"Body": ["hello"]}}    the answer matches an event pattern
 *	fail QueueDoesNotExist 400 "message"       the call failed so; the message may be left out
 *	says "does not exist"                      its message holds this text
 *	                                           behind `fail`, paths find the error's members (JSON protocols)
 *	turn 5001ms                                the clock goes on (ms, s, m, h, d), and what is due happens
 *	caller anna                                from here on calls come from anna's account, "caller" alone: the first
 *	become $.Credentials anna                  from here on calls are signed with the keys at a path of the last answer, as
 *	                                           anna, whom "caller anna" comes back to; the account stays the same
 *
 * ${account}, ${region}, ${endpoint}, ${now} and ${minute} (seconds; of the minute's beginning) are known; ${now+60} adds. Each test has an account of its own.
 * A call that fails without a `fail` behind it fails the test.
 */
#include <glob.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <unistd.h>

#include "api/wire.h"
#include "base/jsonpath.h"
#include "base/pattern.h"
#include "cloud/services.h"
#include "git/git.h"
#include "store/folder.h"
#include "turns/turns.h"
#include "unit/tap.h"

#define REGION "eu-west-1"

#define BEGINNING 1626951600000 /* 2021-07-22T11:00:00Z: when each test begins */
static _Atomic int64_t the_time = BEGINNING;

static int64_t test_clock(void)
{
	return the_time;
}

struct cloud {
	struct aws *aws;
	struct turns *turns;
	struct http_server *http;
	const char *url;
	unsigned accounts; /* made so far */
};

struct person {
	struct str name; /* empty: who the test begins as */
	char account[13];
	struct aws_key key;
	struct str token; /* of temporary credentials, or absent */
};

struct kept {
	struct str name, value;
};

/* One test being played. */
struct play {
	struct arena *a;
	struct cloud *cloud;
	const char *file;
	int line;
	const struct service *service; /* whose protocols are tried */
	enum protocol protocol;
	struct person people[8];
	size_t people_count, person;
	struct kept kept[64];
	size_t kept_count;
	struct wire_answer answer;
	struct str called; /* the last call, for messages */
	bool failure_unseen;
	const char *problem; /* the first thing that went wrong, or NULL */
	int problem_line;
};

__attribute__((format(printf, 2, 3))) static void problem(struct play *p, const char *format, ...)
{
	va_list args;
	char text[2000];

	if (p->problem)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	p->problem = arena_printf(p->a, "%s", text);
	p->problem_line = p->line;
}

/* --- accounts ------------------------------------------------------------------------- */

static bool make_key(void *arg, struct account *account)
{
	aws_key_make(account, the_time, arg);
	return true;
}

static void add_person(struct play *p, struct str name)
{
	struct person *person = &p->people[p->people_count];
	const char *why = NULL;

	*person = (struct person){ .name = name };
	snprintf(person->account, sizeof(person->account), "4%011u",
		 ++p->cloud->accounts % 1000000);
	if (!turns_do(p->cloud->turns, p->a, str_of(person->account), TURNS_WRITE | TURNS_CREATE,
		      make_key, &person->key, &why))
		problem(p, "no account could be made: %s", why);
	p->person = p->people_count++;
}

static void do_caller(struct play *p, struct str name)
{
	for (size_t i = 0; i < p->people_count; i++)
		if (str_eq(p->people[i].name, name)) {
			p->person = i;
			return;
		}
	if (p->people_count == sizeof(p->people) / sizeof(p->people[0]))
		problem(p, "too many callers");
	else
		add_person(p, name);
}

/* --- values --------------------------------------------------------------------------- */

/* "now", "minute+60" in seconds; false when it is no time. */
static bool time_of(struct str name, int64_t *out)
{
	struct str word = name, more = STR_NONE;
	ptrdiff_t at = str_find(name, '+');
	int64_t add = 0;

	if (at >= 0) {
		word = str_slice(name, 0, (size_t)at);
		more = str_slice(name, (size_t)at + 1, name.n);
	}
	if ((!str_is(word, "now") && !str_is(word, "minute")) ||
	    (more.p && !str_to_int(more, &add)))
		return false;
	*out = the_time / 1000 + add;
	if (str_is(word, "minute"))
		*out -= the_time / 1000 % 60;
	return true;
}

static struct str value_of(struct play *p, struct str name)
{
	int64_t seconds;

	for (size_t i = p->kept_count; i; i--)
		if (str_eq(p->kept[i - 1].name, name))
			return p->kept[i - 1].value;
	if (str_is(name, "account"))
		return str_of(p->people[p->person].account);
	if (str_is(name, "region"))
		return STR(REGION);
	if (str_is(name, "endpoint"))
		return str_of(p->cloud->url);
	if (time_of(name, &seconds))
		return arena_strf(p->a, "%" PRId64, seconds);
	problem(p, "nothing was kept as %.*s", STR_ARG(name));
	return STR("");
}

/* ${name} becomes its value. */
static struct str with_values(struct play *p, struct str text)
{
	struct buf b;
	struct str whole;

	buf_init(&b, BUF_MAX);
	while (text.n) {
		ptrdiff_t at = str_find_str(text, STR("${"));
		ptrdiff_t end = at < 0 ? -1 : str_find(str_slice(text, (size_t)at, text.n), '}');

		if (end < 0)
			break;
		buf_add(&b, str_slice(text, 0, (size_t)at));
		buf_add(&b, value_of(p, str_slice(text, (size_t)at + 2, (size_t)(at + end))));
		text = str_slice(text, (size_t)(at + end) + 1, text.n);
	}
	buf_add(&b, text);
	whole = arena_dup(p->a, buf_str(&b));
	buf_release(&b);
	return whole;
}

static struct json_object *json_of(struct play *p, struct str text)
{
	const char *why = "";
	struct json_object *o = json_parse(p->a, text, &why);

	if (!o && !str_is(str_trim(text), "null"))
		problem(p, "%s: %.*s", why, STR_ARG(text));
	return o;
}

/* Everything that a path finds in the last answer. */
static struct json_object **found(struct play *p, struct str path, size_t *count)
{
	struct json_object **all = NULL;
	const char *why = NULL;

	*count = 0;
	if (p->answer.code.p && (p->failure_unseen || !p->answer.out))
		problem(p, "there is no answer: %.*s failed", STR_ARG(p->called));
	else if (!jsonpath_all(p->a, path, p->answer.out, &all, count, &why))
		problem(p, "%s", why);
	return all;
}

/* Equal as JSON; query answers are all text, so there a number is its text. */
static bool same(struct play *p, struct json_object *got, struct json_object *want)
{
	if (json_is_string(got) && !json_is_string(want) && p->protocol == PROTO_QUERY && want &&
	    !json_count(want))
		return str_eq(json_str(got), json_text(p->a, want));
	if (json_is_array(got) && json_is_array(want)) {
		bool all = json_count(got) == json_count(want);

		for (size_t i = 0; all && i < json_count(want); i++)
			all = same(p, json_at(got, i), json_at(want, i));
		return all;
	}
	if (json_object_is_type(got, json_type_double) ||
	    json_object_is_type(want, json_type_double))
		return json_object_get_double(got) == json_object_get_double(want) &&
		       !json_is_string(got) && !json_is_string(want);
	return json_object_equal(got, want);
}

/* --- statements ------------------------------------------------------------------------- */

static enum protocol protocol_for(const struct play *p, const struct service *service)
{
	if (service == p->service || service->speaks & p->protocol)
		return p->protocol;
	return service->speaks & -service->speaks;
}

static void do_call(struct play *p, struct str rest)
{
	struct str service_name = str_cut(&rest, ' '), name = str_cut(&rest, ' ');
	const struct service *service = service_find(cloud_services, service_name);
	const struct operation *operation = service ? operation_find(service, name) : NULL;
	struct person *who = &p->people[p->person];
	struct wire_caller caller = { p->cloud->url,           REGION,   str_of(who->key.id),
				      str_of(who->key.secret), the_time, who->token };
	struct json_object *in = rest.n ? json_of(p, rest) : json_new_object(p->a);

	if (!operation)
		problem(p, "there is no %.*s %.*s", STR_ARG(service_name), STR_ARG(name));
	if (p->problem)
		return;
	p->called = name;
	p->answer = wire_call(p->a, &caller, service, operation, protocol_for(p, service), in);
	p->failure_unseen = p->answer.code.p;
	if (p->answer.problem)
		problem(p, "%.*s: %s", STR_ARG(name), p->answer.problem);
}

static void copy_text(char *to, size_t size, struct str from)
{
	from = str_slice(from, 0, size - 1);
	memcpy(to, from.p, from.n);
	to[from.n] = '\0';
}

static void do_become(struct play *p, struct str rest)
{
	size_t count;
	struct json_object **all = found(p, str_trim(str_cut(&rest, ' ')), &count);
	struct person *person = &p->people[p->people_count];

	if (p->people_count == sizeof(p->people) / sizeof(p->people[0]) || count != 1) {
		problem(p, "there are no keys for one more caller");
		return;
	}
	*person = (struct person){ .name = rest.p ? rest : STR("become") };
	copy_text(person->account, sizeof(person->account), str_of(p->people[p->person].account));
	copy_text(person->key.id, sizeof(person->key.id), json_get_str(all[0], "AccessKeyId"));
	copy_text(person->key.secret, sizeof(person->key.secret),
		  json_get_str(all[0], "SecretAccessKey"));
	if (json_get(all[0], "SessionToken"))
		person->token = arena_dup(p->a, json_get_str(all[0], "SessionToken"));
	p->person = p->people_count++;
}

static void do_keep(struct play *p, struct str rest)
{
	struct str name = str_trim(str_cut(&rest, '='));
	size_t count;
	struct json_object **all = found(p, str_trim(rest), &count);

	if (count != 1)
		problem(p, "%.*s finds %zu values", STR_ARG(str_trim(rest)), count);
	else if (p->kept_count < sizeof(p->kept) / sizeof(p->kept[0]))
		p->kept[p->kept_count++] =
			(struct kept){ name, json_is_string(all[0])
						     ? arena_dup(p->a, json_str(all[0]))
						     : json_text(p->a, all[0]) };
}

/* A path ends at the first blank outside brackets and quotes. */
static struct str cut_path(struct str *rest)
{
	int depth = 0;
	char quote = 0;
	size_t i;
	struct str path;

	for (i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '\'' || c == '"')
			quote = c;
		else
			depth += (c == '[' || c == '(') - (c == ']' || c == ')');
		if (c == ' ' && !depth && !quote)
			break;
	}
	path = str_slice(*rest, 0, i);
	*rest = str_trim(str_slice(*rest, i, rest->n));
	return path;
}

static void do_is(struct play *p, struct str rest)
{
	struct str path = cut_path(&rest);
	struct json_object *want = json_of(p, rest);
	size_t count;
	struct json_object **all = found(p, path, &count);

	if (count != 1)
		problem(p, "%.*s finds %zu values, not %.*s", STR_ARG(path), count, STR_ARG(rest));
	else if (!same(p, all[0], want))
		problem(p, "%.*s is %.*s, not %.*s", STR_ARG(path),
			STR_ARG(json_text(p->a, all[0])), STR_ARG(rest));
}

static void do_count(struct play *p, struct str path, int64_t least, int64_t most)
{
	size_t count;

	found(p, path, &count);
	if ((int64_t)count < least || (int64_t)count > most)
		problem(p, "%.*s finds %zu values in %.*s", STR_ARG(path), count,
			STR_ARG(json_text(p->a, p->answer.out)));
}

static void do_match(struct play *p, struct str rest)
{
	struct json_object *pattern = json_of(p, rest);
	const char *why = "";

	if (p->answer.code.p)
		problem(p, "there is no answer: %.*s failed", STR_ARG(p->called));
	else if (!pattern_check(p->a, pattern, PATTERN_RELAXED, &why) ||
		 !pattern_match(p->a, pattern, p->answer.out, PATTERN_RELAXED, &why))
		problem(p, "%s", why);
}

static void do_fail(struct play *p, struct str rest)
{
	struct str code = str_cut(&rest, ' '), status = str_cut(&rest, ' ');
	struct str message = str_trim(rest).n ? json_str(json_of(p, rest)) : STR_NONE;
	int64_t number = 0;

	p->failure_unseen = false;
	str_to_int(status, &number);
	if (!p->answer.code.p)
		problem(p, "%.*s did not fail: %.*s", STR_ARG(p->called),
			STR_ARG(json_text(p->a, p->answer.out)));
	else if (!str_eq(p->answer.code, code) || p->answer.status != number)
		problem(p, "%.*s failed with %.*s %d: %.*s", STR_ARG(p->called),
			STR_ARG(p->answer.code), p->answer.status, STR_ARG(p->answer.message));
	else if (message.p && !str_eq(p->answer.message, message))
		problem(p, "the message is: %.*s", STR_ARG(p->answer.message));
}

static void do_says(struct play *p, struct str rest)
{
	struct str part = json_str(json_of(p, rest));

	if (str_find_str(p->answer.message, part) < 0)
		problem(p, "the message is: %.*s", STR_ARG(p->answer.message));
}

static bool look_at_jobs(void *arg, struct account *account)
{
	*(int64_t *)arg = job_next_due(account);
	return true;
}

/* What is due runs on the workers: wait until nothing is, for at most ten seconds. */
static void settle(struct play *p)
{
	const char *why;

	for (size_t i = 0; i < p->people_count; i++) {
		int64_t due = 0, began = time_monotonic_us();

		while (due <= the_time && time_monotonic_us() - began < 10000000)
			turns_do(p->cloud->turns, p->a, str_of(p->people[i].account), TURNS_READ,
				 look_at_jobs, &due, &why);
		if (due <= the_time)
			problem(p, "a job that is due does not run");
	}
}

static void do_turn(struct play *p, struct str rest)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {
		{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }
	};
	size_t digits = 0;
	int64_t number = 0;

	while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9')
		digits++;
	for (size_t i = 0; i < 5; i++)
		if (str_is(str_slice(rest, digits, rest.n), units[i].unit) &&
		    str_to_int(str_slice(rest, 0, digits), &number)) {
			the_time += number * units[i].ms;
			turns_start(p->cloud->turns);
			settle(p);
			return;
		}
	problem(p, "%.*s is not a time such as 5001ms", STR_ARG(rest));
}

static void do_count_line(struct play *p, struct str rest)
{
	struct str path = cut_path(&rest);
	int64_t number = -1;

	if (!str_to_int(rest, &number))
		problem(p, "%.*s is not a number", STR_ARG(rest));
	do_count(p, path, number, number);
}

static void statement(struct play *p, struct str line)
{
	struct str rest = with_values(p, line), verb = str_cut(&rest, ' ');

	rest = str_trim(rest);
	if (p->failure_unseen && !str_is(verb, "fail"))
		problem(p, "%.*s failed with %.*s: %.*s", STR_ARG(p->called),
			STR_ARG(p->answer.code), STR_ARG(p->answer.message));
	if (p->problem)
		return;
	if (str_is(verb, "call"))
		do_call(p, rest);
	else if (str_is(verb, "keep"))
		do_keep(p, rest);
	else if (str_is(verb, "is"))
		do_is(p, rest);
	else if (str_is(verb, "has"))
		do_count(p, rest, 1, INT64_MAX);
	else if (str_is(verb, "none"))
		do_count(p, rest, 0, 0);
	else if (str_is(verb, "count"))
		do_count_line(p, rest);
	else if (str_is(verb, "match"))
		do_match(p, rest);
	else if (str_is(verb, "fail"))
		do_fail(p, rest);
	else if (str_is(verb, "says"))
		do_says(p, rest);
	else if (str_is(verb, "turn"))
		do_turn(p, rest);
	else if (str_is(verb, "become"))
		do_become(p, rest);
	else if (str_is(verb, "caller"))
		do_caller(p, rest.p ? rest : STR(""));
	else
		problem(p, "%.*s is no statement", STR_ARG(verb));
}

/* --- files -------------------------------------------------------------------------------- */

static const char *protocol_name(enum protocol protocol)
{
	return protocol == PROTO_JSON10   ? "JSON 1.0"
	       : protocol == PROTO_JSON11 ? "JSON 1.1"
	       : protocol == PROTO_QUERY  ? "query"
	       : protocol == PROTO_CBOR   ? "CBOR"
					  : "REST-JSON";
}

static void finish(struct play *p, struct str sentence)
{
	statement(p, STR("caller"));
	ok(!p->problem, "%.*s (%s)", STR_ARG(sentence), protocol_name(p->protocol));
	if (p->problem)
		diag("%s:%d: %s", p->file, p->problem_line, p->problem);
	arena_free(p->a);
}

static void begin(struct play *p)
{
	the_time = BEGINNING;
	p->a = arena_new();
	p->people_count = 0;
	p->kept_count = 0;
	p->answer = (struct wire_answer){ .status = 0 };
	p->failure_unseen = false;
	p->problem = NULL;
	add_person(p, STR(""));
}

/* A statement and the indented lines that go on with it. */
static struct str next_line(struct play *p, struct str *rest)
{
	struct str line = str_cut(rest, '\n');

	p->line++;
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t')) {
		struct str more = str_cut(rest, '\n');

		p->line++;
		((char *)line.p)[more.p - line.p - 1] = ' '; /* the text is a copy of ours */
		line.n = (size_t)(more.p + more.n - line.p);
	}
	return str_trim(line);
}

static void play_file(struct cloud *cloud, const char *file, struct str text,
		      const struct service *service, enum protocol protocol)
{
	struct play p = { .cloud = cloud, .file = file, .service = service, .protocol = protocol };
	struct str sentence = STR_NONE, rest = text;

	while (rest.p) {
		struct str line = next_line(&p, &rest);

		if (!line.n || line.p[0] == '#')
			continue;
		if (str_starts(line, STR("test "))) {
			if (sentence.p)
				finish(&p, sentence);
			sentence = str_slice(line, 5, line.n);
			begin(&p);
		} else if (sentence.p) {
			statement(&p, line);
		} else {
			ok(false, "%s begins with a test", file);
			return;
		}
	}
	if (sentence.p)
		finish(&p, sentence);
	else
		ok(false, "%s has a test", file);
}

static struct str read_file(struct arena *a, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = arena_alloc(a, 1 << 20);
	size_t n = file ? fread(text, 1, 1 << 20, file) : 0;

	if (file)
		fclose(file);
	return str_make(text, n);
}

static void play_all(struct cloud *cloud, const char *only)
{
	glob_t files;

	if (glob("tests/api/*/*.test", 0, NULL, &files))
		return;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct arena *a = arena_new();
		struct str path = str_slice(str_of(files.gl_pathv[i]), 10, 4096);
		const struct service *service = service_find(cloud_services, str_cut(&path, '/'));

		if (!service)
			ok(false, "%s stands in a service's folder", files.gl_pathv[i]);
		for (unsigned bit = 1; service && bit <= PROTO_CBOR; bit <<= 1)
			if (service->speaks & bit && (!only || strstr(files.gl_pathv[i], only)))
				play_file(cloud, files.gl_pathv[i], read_file(a, files.gl_pathv[i]),
					  service, bit);
		arena_free(a);
	}
	globfree(&files);
}

/* --- the cloud ------------------------------------------------------------------------------ */

static void wake(void *turns, struct str account, struct str key)
{
	turns_wake(turns, account, key);
}

static bool start(struct cloud *cloud, struct arena *a, const char *dir, const char **why)
{
	static const struct aws_config config = { .services = cloud_services,
						  .region = REGION,
						  .clock = test_clock };
	struct turns_config turns = { .accounts_dir = dir, .workers = 2, .clock = test_clock };
	struct http_listen listen = { .address = "127.0.0.1",
				      .body_max = 16 << 20,
				      .handler = turns_handle };
	/* Sites take the first ports of these that are free. */
	struct ports_config ports = { .data = dir,
				      .address = "127.0.0.1",
				      .from = 20000 + getpid() % 12 * 1000,
				      .to = 20999 + getpid() % 12 * 1000,
				      .host = "127.0.0.1",
				      .services = cloud_services };
	struct http_listener *listener;

	cloud->aws = turns.aws = aws_new(&config);
	cloud->turns = listen.context = turns_new(&turns);
	git_start(wake, cloud->turns);
	cloud->http = http_server_new(2, a, why);
	listener = cloud->http ? http_listen(cloud->http, &listen, a, why) : NULL;
	ports.http = cloud->http;
	ports.like = listener;
	if (!listener || !ports_start(&ports, a, why))
		return false;
	turns_start(cloud->turns);
	cloud->url = arena_printf(a, "http://127.0.0.1:%d", http_listener_port(listener));
	return true;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	const char *tmp = getenv("TMPDIR"), *why = "";
	char *dir = arena_printf(a, "%s/immersion-api-XXXXXX", tmp ? tmp : "/tmp");
	struct cloud cloud = { .accounts = 0 };

	if (!mkdtemp(dir) || !start(&cloud, a, dir, &why)) {
		printf("Bail out! the cloud did not start: %s\n", why);
		return 1;
	}
	play_all(&cloud, argc > 1 ? argv[1] : NULL);
	http_server_free(cloud.http, 100);
	ports_stop();
	git_stop();
	turns_free(cloud.turns);
	aws_free(cloud.aws);
	folder_remove(dir);
	arena_free(a);
	return done_testing();
}
