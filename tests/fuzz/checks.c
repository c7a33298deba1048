/*
 * Property: a checks.yaml is refused exactly when a mistake was told, with a line and words; what was
 * accepted can be judged, whatever the account answers, and every check gets a state.
 */
#include <stdlib.h>

#include "checker/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *arg, const char *file, int line, const char *what)
{
	int *mistakes = arg;

	if (!*file || line < 0 || !*what)
		abort();
	++*mistakes;
}

/* Refuses everything, or accepts it with an output of many shapes. */
static void answer_call(void *arg, struct arena *a, struct str service, struct str operation,
			struct json_object *in, struct check_answer *answer)
{
	const bool *ok = arg;

	(void)service, (void)operation;
	answer->ok = *ok;
	answer->out =
		json_parse(a, STR("{\"a\":[{\"b\":\"c\"},[1,null]],\"items\":[{\"id\":\"x\"}]}"),
			   NULL);
	json_set(answer->out, "in", json_object_get(in));
	answer->code = STR("No");
}

static void judge(const struct lab_checks *lab, struct arena *a, bool ok)
{
	struct check_caller caller = { .call = answer_call,
				       .arg = &ok,
				       .account = STR("111122223333"),
				       .region = STR("eu-west-1"),
				       .endpoint = STR("http://127.0.0.1:1") };
	struct json_object *list = json_get(judge_lab(lab, &caller, a), "checks");

	if (json_count(list) != lab->count)
		abort();
	for (size_t i = 0; i < lab->count; i++) {
		struct str state = json_get_str(json_at(list, i), "state");
		struct str message = json_get_str(json_at(list, i), "message");

		if (str_is(state, "green") != (message.n == 0) && !str_is(state, "red"))
			abort();
	}
}

/* Requests would leave the process: such files are read only. */
static bool has_requests(const struct lab_checks *lab)
{
	for (size_t i = 0; i < lab->count; i++) {
		if (lab->checks[i].call.url.p)
			return true;
		for (size_t d = 0; d < lab->checks[i].diagnose_count; d++) {
			if (lab->checks[i].diagnose[d].url.p)
				return true;
		}
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct lab_checks lab = { .lab = STR("lab"), .title = STR("Lab") };
	int mistakes = 0;
	bool well = checks_parse(a, str_make(data, size), "labs/lab/checks.yaml", &lab, count,
				 &mistakes);

	if (well != (mistakes == 0))
		abort();
	if (well && !has_requests(&lab)) {
		judge(&lab, a, true);
		judge(&lab, a, false);
	}
	arena_free(a);
	return 0;
}
