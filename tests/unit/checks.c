/* Reading checks.yaml: what is understood, and what each mistake is called and where. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checker/checks.h"
#include "checker/checks_names.h"
#include "unit/tap.h"

struct heard {
	char text[4000];
	int count;
};

/* "LINE: what" and a line feed per mistake. */
static void hear(void *arg, const char *file, int line, const char *what)
{
	struct heard *h = arg;
	size_t n = strlen(h->text);

	(void)file;
	h->count++;
	snprintf(h->text + n, sizeof(h->text) - n, "%s%d: %s", n ? "\n" : "", line, what);
}

static const char good[] =
	"- id: table\n"
	"  title: A table\n"
	"  call: dynamodb DescribeTable\n"
	"  with: {TableName: Rides, Note: '{{plain}}'}\n"
	"  expect: {Table: {TableStatus: ACTIVE}}\n"
	"  hint: Make one.\n"
	"- id: ride\n"
	"  title: A ride\n"
	"  needs: table\n"
	"  let:\n"
	"    api: \"$.items[?(@.name=='a from b')].id from apigateway GetRestApis\"\n"
	"    root: \"$.items[0].id from apigateway GetResources with {restApiId: '{api}'}\"\n"
	"  http: POST {endpoint}/x/{api}\n"
	"  with: {headers: {Accept: text/plain}, body: {at: '{root}'}}\n"
	"  expect: {status: 201}\n"
	"  diagnose:\n"
	"    - call: apigateway GetRestApis\n"
	"      expect-error: AccessDenied\n"
	"      say: No {api} in {region}.\n";

static void good_files_are_read(struct arena *a)
{
	struct heard h = { 0 };
	struct lab_checks lab;
	const struct check *ride;

	ok(checks_parse(a, str_of(good), "x", &lab, hear, &h), "a good file has no mistakes");
	is_str(h.text, "");
	if (!is_int((int64_t)lab.count, 2, "both checks are there"))
		return;
	is_str(lab.checks[0].call.operation, "DescribeTable");
	is_str(lab.checks[0].hint, "Make one.");
	is_int(lab.checks[0].line, 1);
	ride = &lab.checks[1];
	is_str(ride->needs.at[0], "table");
	is_int((int64_t)ride->let_count, 2);
	is_str(ride->let[0].path, "$.items[?(@.name=='a from b')].id");
	is_str(ride->let[1].operation, "GetResources");
	is_str(json_get_str(ride->let[1].with, "restApiId"), "{api}");
	is_str(ride->call.method, "POST");
	is_str(ride->call.url, "{endpoint}/x/{api}");
	ok(!ride->call.service.p, "an http check has no service");
	is_str(ride->diagnose[0].expect_error, "AccessDenied");
	is_int(ride->diagnose[0].line, 17);
}

#define CHECK "- id: a\n  title: A\n  call: sts GetCallerIdentity\n"

static const struct {
	const char *text, *mistakes;
} mistakes[] = {
	{ "", "1: there is nothing in it" },
	{ "a: 1\n", "1: the file must be a list of checks, each with \"- id:\"" },
	{ "- 5\n", "1: a check must be a mapping with id, title and call" },
	{ "- id: a\n",
	  "1: the check a has no title\n1: the check a has no call: write call: SERVICE OPERATION, "
	  "or http: METHOD ADDRESS" },
	{ CHECK "  expects: {a: 1}\n",
	  "4: the check a has an unknown key \"expects\"; did you mean expect?" },
	{ CHECK "  Hint: x\n", "4: the check a has an unknown key \"Hint\"; did you mean hint?" },
	{ CHECK "  colour: x\n", "4: the check a has an unknown key \"colour\"" },
	{ CHECK "- id: a\n  title: B\n  call: sts GetCallerIdentity\n",
	  "4: the id a is taken by the check of line 1" },
	{ "- id: Big\n  title: A\n  call: sts GetCallerIdentity\n",
	  "1: \"Big\" is not an id: small letters, digits and dashes, at most 64" },
	{ CHECK "  needs: [tabel]\n- id: table\n  title: B\n  call: sts X\n",
	  "1: the check a needs tabel, which does not exist; did you mean table?" },
	{ CHECK "  needs: [a]\n", "1: the check a needs itself" },
	{ CHECK "  needs: b\n- id: b\n  title: B\n  call: sts X\n  needs: [a]\n",
	  "1: the check a needs itself, by way of what it needs" },
	{ CHECK "  undoes: [tabel]\n- id: table\n  title: B\n  call: sts X\n",
	  "1: the check a undoes tabel, which does not exist; did you mean table?" },
	{ CHECK "  after: [tabel]\n- id: table\n  title: B\n  call: sts X\n",
	  "1: the check a comes after tabel, which does not exist; did you mean table?" },
	{ CHECK "  undoes: [a]\n  after: [tabel]\n- id: table\n  title: B\n  call: sts X\n",
	  "1: the check a comes after tabel, which does not exist; did you mean table?" },
	{ CHECK "  needs: [[1]]\n", "4: needs must be an id or a list of ids" },
	{ "- id: a\n  title: A\n  call: DescribeTable\n",
	  "3: \"DescribeTable\" is not a call: write SERVICE OPERATION, as in dynamodb "
	  "DescribeTable" },
	{ "- id: a\n  title: A\n  call: dynamodb describe-table\n",
	  "3: \"describe-table\" is not an operation: AWS's names begin with a capital, as in "
	  "DescribeTable" },
	{ "- id: a\n  title: A\n  http: FETCH x\n",
	  "3: \"FETCH x\" is not a request: write METHOD ADDRESS, as in GET {endpoint}/path" },
	{ "- id: a\n  title: A\n  http: GET /path\n",
	  "3: \"/path\" is not an address: it begins with {endpoint}, another {name}, http:// or "
	  "https:// and has no blanks" },
	{ CHECK "  http: GET {endpoint}\n", "4: the check a has both call and http" },
	{ CHECK "  with: [1]\n", "4: with must be a mapping" },
	{ CHECK "  with: {a: '{api}'}\n",
	  "4: {api} is not known here: it is not in `let`, nor account, region, endpoint or scheme (for the "
	  "braces themselves write {{api}})" },
	{ CHECK "  with: {a: {region}}\n", "4: {region} must stand in quotes: \"{region}\"" },
	{ CHECK "  with: {headers: {A: 1}}\n", "" },
	{ "- id: a\n  title: A\n  http: GET {endpoint}\n  with: {header: {}}\n",
	  "4: the request has an unknown key \"header\"; did you mean headers?" },
	{ "- id: a\n  title: A\n  http: GET {endpoint}\n  with: {headers: {A: 1}}\n",
	  "4: the header A must have a text on one line" },
	{ "- id: a\n  title: A\n  http: GET {endpoint}\n  expect-error: X\n",
	  "4: an http check has no expect-error: write expect: {status: 404}" },
	{ CHECK "  expect: {a: 1}\n  expect-error: X\n",
	  "5: expect-error goes without expect and refuse" },
	{ CHECK "  refuse: {a: {b: [{prefix: 1}]}}\n",
	  "4: refuse is not a pattern: a.b: prefix match pattern must be a string" },
	{ CHECK "  expect: {a: []}\n",
	  "4: expect is not a pattern: a: Empty arrays are not allowed" },
	{ CHECK "  expect: yes\n", "4: expect is not a pattern: Filter is not an object" },
	{ CHECK "  expect: {a: '{x}'}\n",
	  "4: {x} is not known here: it is not in `let`, nor account, region, endpoint or scheme (for the "
	  "braces themselves write {{x}})" },
	{ CHECK "  let: 5\n",
	  "4: let must be a mapping of names to JSONPATH from SERVICE OPERATION" },
	{ CHECK "  let: {x: y}\n",
	  "4: \"y\" is not a value: write JSONPATH from SERVICE OPERATION, as in \"$.items[0].id "
	  "from apigateway GetRestApis\"" },
	{ CHECK "  let:\n    x: y[ from sts X\n",
	  "5: y[: not a valid JSONPath at position 1: expected $, with which every path begins" },
	{ CHECK "  let: {x: $.a from b}\n",
	  "4: \"\" is not an operation: AWS's names begin with a capital, as in DescribeTable" },
	{ CHECK "  let: {'x y': $.a from sts X}\n",
	  "4: \"x y\" is not a name: letters, digits, - and _, a letter first" },
	{ CHECK "  let: {region: $.a from sts X}\n", "4: {region} is known already" },
	{ CHECK "  diagnose: {}\n", "4: diagnose must be a list" },
	{ CHECK "  diagnose:\n    - call: sts X\n", "5: diagnosis 1 of the check a has no say" },
	{ CHECK "  diagnose:\n    - call: sts X\n      say: '{y}'\n",
	  "6: {y} is not known here: it is not in `let`, nor account, region, endpoint or scheme (for the "
	  "braces themselves write {{y}})" },
	{ CHECK "  hint: 5\n", "4: hint must be a text (put it in quotes)" },
	{ CHECK "  hint:\n", "4: hint must be a text; it is empty" },
};

static void mistakes_are_told(struct arena *a)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct heard h = { 0 };
		struct lab_checks lab;
		bool well = checks_parse(a, str_of(mistakes[i].text), "x", &lab, hear, &h);

		is_int(well, *mistakes[i].mistakes == '\0', "mistake %zu is noticed", i);
		is_str(h.text, mistakes[i].mistakes);
	}
}

static void write_file(const char *folder, const char *path, const char *text)
{
	char name[300];
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", folder, path);
	f = fopen(name, "w");
	if (f && fputs(text, f) >= 0)
		fclose(f);
}

static void make_folder(const char *folder, const char *path)
{
	char name[300];

	snprintf(name, sizeof(name), "%s/%s", folder, path);
	mkdir(name, 0700);
}

static void trees_are_read(struct arena *a)
{
	static const char *const files[] = { "one/contentspec.yaml",    "one/checks.yaml",
					     "two/content/index.en.md", "two/checks.yaml",
					     "bad/checks.yaml",         "none/contentspec.yaml" };
	static const char *const folders[] = { "two/content", "one", "two", "bad", "none", "" };
	char folder[] = "/tmp/immersion-checks-XXXXXX";
	struct heard h = { 0 };
	struct lab_checks *labs;
	const char *why = NULL;
	struct files *tree;
	size_t count;

	if (!ok(mkdtemp(folder), "there is a folder"))
		return;
	for (int i = 4; i >= 0; i--)
		make_folder(folder, folders[i]);
	write_file(folder, files[0], "title: Lab One\n");
	write_file(folder, files[1], CHECK);
	write_file(folder, files[2], "---\ntitle: Lab Two\nweight: 1\n---\n# Text\n");
	write_file(folder, files[3], CHECK);
	write_file(folder, files[4], "- id: a\n");
	write_file(folder, files[5], "title: No checks\n");
	tree = files_folder(folder, a, &why);
	if (ok(tree, "the folder is read")) {
		ok(!checks_read(tree, a, &labs, &count, hear, &h), "a bad lab is noticed");
		is_int(h.count, 2, "its two mistakes are told");
		if (is_int((int64_t)count, 2, "the good labs are there")) {
			is_str(labs[0].lab, "one");
			is_str(labs[0].title, "Lab One");
			is_str(labs[1].title, "Lab Two", "a title may come from the first page");
		}
		files_free(tree);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		write_file(folder, files[i], ""),
			unlink(arena_printf(a, "%s/%s", folder, files[i]));
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		rmdir(arena_printf(a, "%s/%s", folder, folders[i]));
}

static struct json_object *look_up(void *arg, struct str name)
{
	return json_get(arg, name.n == 1 && name.p[0] == 'a' ? "a"
			     : name.n == 3                   ? "url"
			     : str_is(name, "host")          ? "host"
							     : "none");
}

static void names_are_filled(struct arena *a)
{
	struct json_object *values =
		json_parse(a, STR("{\"a\": [1, 2], \"url\": \"x/y?z\", \"host\": \"h:1\"}"), NULL);
	struct names names = { .lookup = look_up, .arg = values };
	struct json_object *o = json_parse(
		a,
		STR("{\"{a}\": [\"{a}\", \"({url})\", \"{{a}}\", \"{ a}\", 1, null, 2.5, true]}"),
		NULL);

	is_str(json_text(a, names_fill(a, o, &names)),
	       "{\"{a}\":[[1,2],\"(x/y?z)\",\"{a}\",\"{ a}\",1,null,2.5,true]}",
	       "values go into texts, with their type where they stand alone");
	is_str(names_fill_url(a, STR("{url}/{url}"), &names), "x/y?z/x%2Fy%3Fz",
	       "in an address values are encoded, but for the first");
	is_str(names_fill_url(a, STR("http://{host}/{host}"), &names), "http://h:1/h%3A1",
	       "and but for the host");
	ok(!names.missing.p, "nothing was missing");
	is_str(names_fill_text(a, STR("<{gone}>"), &names), "<>");
	is_str(names.missing, "gone", "what is missing is named");
	is_str(names_fill_text(a, STR("{"), &names), "{");
	is_str(names_fill_text(a, STR("{{a}"), &names), "{[1,2]");
	is_str(names_fill_text(a, STR(""), &names), "");
}

int main(void)
{
	struct arena *a = arena_new();

	good_files_are_read(a);
	mistakes_are_told(a);
	trees_are_read(a);
	names_are_filled(a);
	arena_free(a);
	return done_testing();
}
