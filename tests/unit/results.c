/* The instructor's document as a table. */
#include "site/results.h"

#include "unit/tap.h"

static struct str csv(struct arena *a, const char *document)
{
	struct buf out;
	struct str text;

	buf_init(&out, BUF_MAX);
	results_csv(json_parse(a, str_of(document), NULL), &out);
	text = arena_dup(a, buf_str(&out));
	buf_release(&out);
	return text;
}

#define HEAD "attendee,account,joined,lab,check,title,state,done\r\n"

int main(void)
{
	static const struct {
		const char *document, *want, *what;
	} rows[] = {
		{ "{\"attendees\":[]}", HEAD, "nobody is a head" },
		{ "{\"attendees\":[{\"name\":\"Anna\",\"account\":\"111122223333\",\"joinedAt\":1626958800000,"
		  "\"labs\":[]}]}",
		  HEAD
		  "\"Anna\",\"111122223333\",\"2021-07-22T13:00:00Z\",\"\",\"\",\"\",\"\",\"\"\r\n",
		  "who has done nothing is there" },
		{ "{\"attendees\":[{\"name\":\"A\",\"account\":\"1\",\"labs\":[{\"id\":\"web-app\",\"checks\":["
		  "{\"id\":\"a\",\"title\":\"T, t\",\"state\":\"green\",\"doneAt\":1626958809500},"
		  "{\"id\":\"b\",\"title\":\"U\",\"state\":\"red\"}]}]}]}",
		  HEAD
		  "\"A\",\"1\",\"\",\"web-app\",\"a\",\"T, t\",\"green\",\"2021-07-22T13:00:09Z\"\r\n"
		  "\"A\",\"1\",\"\",\"web-app\",\"b\",\"U\",\"red\",\"\"\r\n",
		  "each check is a line with the moment when it was done" },
		{ "{\"attendees\":[{\"name\":\"a \\\"b\\\"\",\"account\":\"1\"}]}",
		  HEAD "\"a \"\"b\"\"\",\"1\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n",
		  "quotes are doubled" },
		{ "{\"attendees\":[{\"name\":\"=1+1\",\"account\":\"1\"}]}",
		  HEAD "\"'=1+1\",\"1\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n",
		  "a name that is a formula is not run by a spreadsheet" },
		{ "{}", HEAD, "a document of another kind is nobody" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		is_str(csv(a, rows[i].document), rows[i].want, "%s", rows[i].what);
	arena_free(a);
	return done_testing();
}
