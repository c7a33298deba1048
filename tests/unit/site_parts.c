/* The site's small parts: names and codes as typed, limits, kept pages, and who is in memory. */
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "site/kept.h"
#include "site/limit.h"
#include "site/name.h"
#include "site/people.h"
#include "store/folder.h"
#include "unit/tap.h"

static struct arena *a;

static void names(void)
{
	static const struct {
		const char *typed, *want, *what;
	} good[] = {
		{ "Anna", "Anna", "a plain name stays" },
		{ "  Anna \t  Beno\xc3\xaet ", "Anna Beno\xc3\xaet",
		  "blanks around go, blanks in a row are one" },
		{ "<script>alert(1)</script>", "<script>alert(1)</script>",
		  "HTML is a name like any other" },
		{ "\xe5\xbc\xa0\xe4\xbc\x9f", "\xe5\xbc\xa0\xe4\xbc\x9f", "any script is welcome" },
		{ "O'Neil & Sons", "O'Neil & Sons", "quotes and ampersands stay" },
		{ "a\xe3\x80\x80z", "a z", "an ideographic blank is a blank" },
	};
	static const struct {
		const char *typed, *says, *what;
	} bad[] = {
		{ "", "type your name", "no name" },
		{ " \t\n", "type your name", "blanks only" },
		{ "\xe2\x80\x8b\xe2\x80\x8d", "type your name", "nothing visible" },
		{ "a\xff", "UTF-8", "broken UTF-8" },
		{ "a\x1b[31m", "cannot be shown", "a control character" },
		{ "a\xe2\x80\xae"
		  "b",
		  "cannot be shown", "an override of direction" },
	};
	struct str name;
	const char *wrong;
	char *long_name = arena_alloc(a, 10001);

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		name = STR_NONE;
		wrong = name_check(a, str_of(good[i].typed), &name);
		ok(!wrong, "it is taken: %s", good[i].what);
		is_str(name, good[i].want, "%s", good[i].what);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wrong = name_check(a, str_of(bad[i].typed), &name);
		ok(wrong && strstr(wrong, bad[i].says), "refused with a sentence: %s", bad[i].what);
	}
	memset(long_name, 'x', 10000);
	ok(!name_check(a, str_make(long_name, 64), &name), "64 characters fit");
	wrong = name_check(a, str_make(long_name, 65), &name);
	ok(wrong && strstr(wrong, "65 characters; at most 64"),
	   "65 do not, and the sentence counts them");
	wrong = name_check(a, str_make(long_name, 10000), &name);
	ok(wrong && strstr(wrong, "10000 characters"), "ten thousand are refused as kindly");
	ok(name_check(a, STR("a\0b"), &name) != NULL, "a NUL is refused");
}

static void codes(void)
{
	is_str(code_plain(a, STR("abcd-1234")), "ABCD1234", "case and dashes do not count");
	is_str(code_plain(a, STR(" AB CD 12-34\t")), "ABCD1234", "nor do blanks");
	is_str(code_plain(a, STR("--  ")), "", "a code of dashes is no code");
}

static void limits(void)
{
	struct limit *limit = limit_new(&(struct limit_config){ 3, 60, 5, 6000 });
	struct str one = STR("10.0.0.1"), other = STR("10.0.0.2");
	int64_t now = 1000000;

	for (int i = 0; i < 3; i++) {
		is_int(limit_wait_s(limit, one, now), 0, "try %d of 3 is free to make", i + 1);
		limit_take(limit, one, now);
	}
	ok(limit_wait_s(limit, one, now) > 0, "the fourth must wait");
	ok(limit_wait_s(limit, one, now) <= 2, "not longer than a token takes");
	is_int(limit_wait_s(limit, other, now), 0, "another address does not");
	is_int(limit_wait_s(limit, STR("::ffff:10.0.0.2"), now), 0, "nor does the same one mapped");
	is_int(limit_wait_s(limit, one, now + 1000), 0, "a second later one may go on");
	for (int i = 0; i < 5; i++)
		limit_take(limit, arena_strf(a, "10.1.0.%d", i), now + 1000);
	ok(limit_wait_s(limit, other, now + 1000) > 0, "when everybody's bucket is empty all wait");
	limit_free(limit);

	limit = limit_new(&(struct limit_config){ 1, 60, 100, 6000 });
	limit_take(limit, STR("2001:db8:1:2::1"), now);
	ok(limit_wait_s(limit, STR("2001:db8:1:2:3:4:5:6"), now) > 0,
	   "a network of IPv6 is one address");
	is_int(limit_wait_s(limit, STR("2001:db8:1:3::1"), now), 0, "and another network another");
	for (int i = 0; i < 100000; i++)
		limit_wait_s(limit, arena_strf(a, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255),
			     now + i);
	ok(true, "a hundred thousand addresses fit into the table");
	limit_free(limit);
}

static void kept_pages(void)
{
	struct kept *kept = kept_new(4000);
	struct kept_key key = { .book = 1, .text = &key, .person = 7, .state = 1 };
	struct arena *reader = arena_new();
	struct str page;

	ok(!kept_find(kept, &key, reader).p, "nothing is kept at first");
	kept_put(kept, &key, STR("one"));
	page = kept_find(kept, &key, reader);
	is_str(page, "one", "a page is found under what it was made from");
	key.state = 2;
	ok(!kept_find(kept, &key, a).p, "and not when that has changed");
	kept_put(kept, &key, STR("two"));
	is_str(page, "one", "who holds the old one keeps it");
	key.state = 1;
	ok(!kept_find(kept, &key, a).p, "the new one took its place");
	for (int i = 0; i < 1000; i++) {
		key.person = i;
		kept_put(kept, &key, str_make(arena_zalloc(a, 500), 500));
	}
	key.person = 999;
	is_int((int64_t)kept_find(kept, &key, a).n, 500, "the newest of a thousand is there");
	key.person = 5000;
	kept_put(kept, &key, str_make(arena_zalloc(a, 2000), 2000));
	ok(!kept_find(kept, &key, a).p, "a page too large to keep is not kept");
	arena_free(reader);
	arena_free(a);
	a = arena_new();
	kept_free(kept);
}

#define GREEN                                                                                      \
	"{\"id\":\"web-app\",\"title\":\"Lab\",\"checks\":[{\"id\":\"t\",\"title\":\"T\",\"state\":\"green\",\"message\":\"\",\"doneAt\":1626958800000}]}"
#define RED                                                                                        \
	"{\"id\":\"web-app\",\"title\":\"Lab\",\"checks\":[{\"id\":\"t\",\"title\":\"T\",\"state\":\"red\",\"message\":\"no\"}]}"

static void verdicts(struct people *people, struct person *anna)
{
	const struct verdicts *const *list;
	uint64_t version = person_version(people, anna);
	struct person_key key = { "AKIAAAAAAAAAAAAAAAAA", "secret" }, got;
	size_t n;

	ok(!person_key(people, anna, &got), "a key is not known at first");
	person_set_key(people, anna, &key);
	ok(person_key(people, anna, &got) && strcmp(got.secret, "secret") == 0, "and then it is");
	ok(person_version(people, anna) != version, "which changes the version");
	ok(person_set_verdicts(people, anna, STR("web-app"), STR(RED), 1), "verdicts are taken");
	list = person_verdicts(people, anna, a, &n);
	ok(n == 1 && list[0]->checks[0].state == VERDICT_RED, "and read");
	version = person_version(people, anna);
	ok(!person_set_verdicts(people, anna, STR("web-app"), STR(RED), 2),
	   "the same again is no change");
	ok(person_version(people, anna) == version, "and keeps the version");
	ok(person_set_verdicts(people, anna, STR("web-app"), STR(GREEN), 3), "others are");
	is_str(list[0]->checks[0].message, "no", "who holds the old ones keeps them");
	ok(!person_set_verdicts(people, anna, STR("web-app"), STR("nonsense"), 4),
	   "what is no document is refused");
	ok(!person_set_verdicts(people, anna, STR("web-app"), STR("{\"checks\":3}"), 4),
	   "also when it is JSON");
	list = person_verdicts(people, anna, a, &n);
	ok(n == 1 && list[0]->checks[0].state == VERDICT_GREEN, "and changes nothing");
}

static void people_in_memory(const char *dir)
{
	const struct str labs[] = { STR("web-app") };
	const char *why = "";
	struct event_store *event = event_open(dir, a, &why);
	struct people *people = people_new(event, labs, 1);
	const struct verdicts *const *list;
	struct attendee attendee;
	struct person *anna;
	size_t n;

	ok(event_join(event, a, STR("Anna"), STR("token-a"), 1, &attendee, &why), "Anna joins");
	anna = people_add(people, &attendee, STR("token-a"));
	ok(people_by_token(people, STR("token-a")) == anna, "her token leads to her");
	ok(people_by_account(people, attendee.account) == anna, "so does her account");
	ok(!people_by_token(people, STR("token-b")), "a token of nobody leads nowhere");
	ok(!people_by_token(people, STR("")), "nor does an empty one");
	verdicts(people, anna);
	arena_free(a);
	a = arena_new();
	people_free(people);
	event_close(event);

	event = event_open(dir, a, &why);
	people = people_new(event, labs, 1);
	is_int((int64_t)people_count(people), 1, "after a restart she is there");
	anna = people_by_token(people, STR("token-a"));
	is_str(anna ? anna->name : STR_NONE, "Anna", "her token still leads to her");
	list = person_verdicts(people, anna, a, &n);
	ok(n == 1 && list[0]->checks[0].state == VERDICT_GREEN, "and her verdict is still green");
	is_int(person_last_green(people, anna), 1626958800000,
	       "and so is known when a check of hers was done last");
	arena_free(a);
	a = arena_new();
	people_free(people);
	event_close(event);
}

int main(void)
{
	char dir[] = "/tmp/immersion-site-XXXXXX";

	a = arena_new();
	names();
	codes();
	limits();
	kept_pages();
	if (!mkdtemp(dir))
		return 1;
	people_in_memory(dir);
	arena_free(a);
	if (!folder_remove(dir))
		diag("%s stays", dir);
	return done_testing();
}
