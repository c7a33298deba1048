/* The judge; see judge.h. */
#include "checker/judge_ask.h"

#include "base/pattern.h"

enum state { UNKNOWN, RUNNING, GREEN, RED, PENDING };
struct verdict {
	enum state state;
	const char *message;
	bool diagnosed; /* red, and a diagnosis knows why */
};

/* A trail longer than this is not searched for the attendee's last failure. */
#define TRAIL_ENTRIES 20

/* --- one call against what is expected of it ---------------------------------- */

/* What the call was, for messages: "dynamodb DescribeTable", "GET http://...". */
static const char *call_name(struct judge *j, const struct check_call *call,
			     struct judge_values *values)
{
	struct names names = { .lookup = judge_value, .arg = values };
	struct str url;

	if (!call->url.p)
		return arena_printf(j->arena, "%.*s %.*s", STR_ARG(call->service),
				    STR_ARG(call->operation));
	url = names_fill_url(j->arena, call->url, &names);
	return arena_printf(j->arena, "%.*s %.*s", STR_ARG(call->method), STR_ARG(url));
}

/* Does the error say that there is no such thing? As AWS's services call it, and those of labs to come. */
static bool is_absence(struct str code)
{
	static const char *const words[] = { "NotFound", "NoSuch", "DoesNotExist", "NonExistent" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_find_str(code, str_of(words[i])) >= 0)
			return true;
	}
	return false;
}

static bool expected_error_came(struct judge *j, const struct check_call *call, const char *name,
				const struct check_answer *answer, const char **why)
{
	if (answer->ok && is_absence(call->expect_error))
		*why = arena_printf(j->arena, "Still there: %s finds it", name);
	else if (answer->ok)
		*why = arena_printf(j->arena, "%s: expected it to fail with %.*s, but it succeeded",
				    name, STR_ARG(call->expect_error));
	else if (!str_eq(answer->code, call->expect_error))
		*why = arena_printf(j->arena,
				    "%s: expected it to fail with %.*s, found %.*s (%.*s)", name,
				    STR_ARG(call->expect_error), STR_ARG(answer->code),
				    STR_ARG(answer->message));
	else
		return true;
	return false;
}

/*
 * Why a call failed, in words. What is not there yet is no failure of the attendee's: it is told as what it is, with
 * AWS's sentence where that says what is missing.
 */
static const char *call_error(struct judge *j, const char *name, const struct check_answer *answer)
{
	const char *what =
		is_absence(answer->code) ? "Not there" : arena_printf(j->arena, "%s failed", name);
	struct str message = str_trim(answer->message);

	if (!message.n)
		return arena_printf(j->arena, "%s: %.*s", what, STR_ARG(answer->code));
	if (str_ends(message, STR(".")))
		message.n--;
	return arena_printf(j->arena, "%s: %.*s (%.*s)", what, STR_ARG(message),
			    STR_ARG(answer->code));
}

/* The call's own failure, or an http answer that speaks of one. */
static bool succeeded(struct judge *j, const struct check_call *call, const char *name,
		      const struct check_answer *answer, const char **why)
{
	int64_t status;

	if (!answer->ok) {
		*why = call_error(j, name, answer);
		return false;
	}
	status = json_int_or(json_get(answer->out, "status"), 200);
	if (call->url.p && !call->expect && status >= 400) {
		*why = arena_printf(j->arena, "%s: expected a status below 400, found %d", name,
				    (int)status);
		return false;
	}
	return true;
}

/* What came of asking. */
struct outcome {
	bool holds;
	bool failed;     /* the call itself did: `why` is its error */
	const char *why; /* when it does not hold */
};

/* Does the output match what is expected, and not what is refused? */
static bool output_holds(struct judge *j, const struct check_call *call, struct names *names,
			 const struct json_object *out, const char **why)
{
	struct json_object *expect = names_fill(j->arena, call->expect, names);
	struct json_object *refuse = names_fill(j->arena, call->refuse, names);

	if (names->missing.p) {
		*why = "a value it compares with is missing";
		return false;
	}
	if (expect && !pattern_match(j->arena, expect, out, PATTERN_RELAXED, why))
		return false;
	if (!refuse || !pattern_match(j->arena, refuse, out, PATTERN_RELAXED, NULL))
		return true;
	*why = arena_printf(j->arena, "%s, which must not be there",
			    pattern_found(j->arena, refuse, out, PATTERN_RELAXED));
	return false;
}

static struct outcome try(struct judge *j, const struct check_call *call,
			  struct judge_values *values)
{
	struct names names = { .lookup = judge_value, .arg = values };
	struct outcome outcome = { .failed = true };
	struct check_answer answer;
	const char *name;
	struct str missing;

	if (!judge_ask(j, call, values, &answer, &missing)) {
		outcome.why = values->why ? values->why
					  : arena_printf(j->arena, "there is no {%.*s} yet",
							 STR_ARG(missing));
		return outcome;
	}
	name = call_name(j, call, values);
	if (call->expect_error.p) {
		outcome.holds = expected_error_came(j, call, name, &answer, &outcome.why);
		return outcome;
	}
	if (!succeeded(j, call, name, &answer, &outcome.why))
		return outcome;
	outcome.failed = false;
	outcome.holds = output_holds(j, call, &names, answer.out, &outcome.why);
	if (names.missing.p && values->why)
		outcome.why = values->why;
	return outcome;
}

/* --- what to say about a red one ---------------------------------------------------- */

/* The first diagnosis that matches, its values put in; absent when none does. */
static struct str diagnose(struct judge *j, const struct check *check, struct judge_values *values)
{
	struct names names = { .lookup = judge_value, .arg = values };

	for (size_t i = 0; i < check->diagnose_count; i++) {
		if (try(j, &check->diagnose[i], values).holds)
			return names_fill_text(j->arena, check->diagnose[i].say, &names);
	}
	return STR_NONE;
}

static bool was_denied(const struct json_object *call)
{
	return str_starts(json_get_str(call, "outcome"), STR("AccessDenied"));
}

/* The last call of a service; without one (a page was asked for), the last that was denied anywhere. */
static const struct json_object *last_call(struct judge *j, struct str service)
{
	if (!j->trail_read && j->caller->trail)
		j->trail = j->caller->trail(j->caller->arg, j->arena, TRAIL_ENTRIES);
	j->trail_read = true;
	for (size_t i = 0; i < json_count(j->trail); i++) {
		const struct json_object *entry = json_at(j->trail, i);

		if (service.p ? str_eq(json_get_str(entry, "service"), service) : was_denied(entry))
			return entry;
	}
	return NULL;
}

/*
 * Who called, from an ARN: " by role WildRydesLambda" for a role somebody took on, nothing for the
 * attendee's own user.
 */
static const char *called_by(struct arena *a, struct str arn)
{
	struct str rest = arn, kind, name;

	while (str_find(rest, ':') >= 0)
		str_cut(&rest, ':');
	kind = str_cut(&rest, '/');
	name = str_cut(&rest, '/');
	if (str_is(kind, "assumed-role") && name.n)
		return arena_printf(a, " by role %.*s", STR_ARG(name));
	return "";
}

/* "Your last call was AccessDenied on dynamodb:PutItem by role X, 40 s ago: message", or NULL. */
static const char *trail_help(struct judge *j, const struct check *check)
{
	const struct json_object *call = last_call(j, check->call.service);
	struct str outcome = json_get_str(call, "outcome"), message = json_get_str(call, "message");
	int64_t age_ms = j->caller->now - json_int_or(json_get(call, "at"), 0);
	const char *when;

	if (!call || !outcome.n || str_is(outcome, "ok") || age_ms > JUDGE_TRAIL_MS)
		return NULL;
	/* Protocols spell it differently; for people it is one thing. */
	if (was_denied(call))
		outcome = STR("AccessDenied");
	when = age_ms < 2000 ? "just now"
			     : arena_printf(j->arena, "%d s ago", (int)(age_ms / 1000));
	return arena_printf(j->arena, "Your last call was %.*s on %.*s:%.*s%s, %s%s%.*s",
			    STR_ARG(outcome), STR_ARG(json_get_str(call, "service")),
			    STR_ARG(json_get_str(call, "operation")),
			    called_by(j->arena, json_get_str(call, "caller")), when,
			    message.n ? ": " : "", STR_ARG(message));
}

/* Add a sentence: a blank in front, a full stop behind. */
static void add_sentence(struct buf *b, struct str s)
{
	s = str_trim(s);
	if (!s.n)
		return;
	if (b->n)
		buf_addc(b, ' ');
	buf_add(b, s);
	if (!strchr(".!?", s.p[s.n - 1]) && !str_ends(s, STR(".)")))
		buf_addc(b, '.');
}

static void say_red(struct judge *j, const struct check *check, struct judge_values *values,
		    const struct outcome *outcome, struct verdict *verdict)
{
	struct str say = diagnose(j, check, values);
	struct buf b;

	buf_init(&b, BUF_MAX);
	if (!say.n) {
		add_sentence(&b, str_of(outcome->why));
		add_sentence(&b, check->hint);
	} else {
		add_sentence(&b, say);
		if (!outcome->failed)
			add_sentence(&b, arena_strf(j->arena, "(%s.)", outcome->why));
	}
	add_sentence(&b, str_of(trail_help(j, check)));
	verdict->message = arena_cstr(j->arena, buf_str(&b));
	verdict->diagnosed = say.n > 0;
	buf_release(&b);
}

/* --- the checks of a lab ------------------------------------------------------------------ */

static void judge_check(struct judge *j, const struct check *check);

static const struct check *find_check(const struct lab_checks *lab, struct str id)
{
	for (size_t i = 0; i < lab->count; i++) {
		if (str_eq(lab->checks[i].id, id))
			return &lab->checks[i];
	}
	return NULL;
}

static bool was_done(struct judge *j, struct str id)
{
	return j->caller->done && j->caller->done(j->caller->arg, j->lab->lab, id);
}

static bool has_id(const struct check_ids *ids, struct str id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (str_eq(ids->at[i], id))
			return true;
	return false;
}

static bool is_green(struct judge *j, const struct check *check)
{
	judge_check(j, check);
	return j->verdicts[check - j->lab->checks].state == GREEN;
}

/* The first of what it waits for; NULL when there is nothing to wait for. */
static const struct check *waits_for(struct judge *j, const struct check *check)
{
	const struct check *other;

	for (size_t i = 0; i < check->after.count; i++) {
		other = find_check(j->lab, check->after.at[i]);
		if (other && !was_done(j, other->id))
			return other;
	}
	for (size_t i = 0; i < check->needs.count; i++) {
		other = find_check(j->lab, check->needs.at[i]);
		if (other && !is_green(j, other))
			return other;
	}
	return NULL;
}

/* Was it done, and has it been undone on purpose since? */
static bool is_undone(struct judge *j, const struct check *check)
{
	for (size_t i = 0; i < j->lab->count; i++) {
		const struct check *other = &j->lab->checks[i];

		if (has_id(&other->undoes, check->id) && was_done(j, check->id) &&
		    is_green(j, other))
			return true;
	}
	return false;
}

static void judge_check(struct judge *j, const struct check *check)
{
	struct verdict *verdict = &j->verdicts[check - j->lab->checks];
	const struct check *needed;
	struct judge_values values;
	struct outcome outcome;

	if (verdict->state != UNKNOWN)
		return;
	verdict->state = RUNNING;
	verdict->message = "";
	if (is_undone(j, check)) {
		verdict->state = GREEN;
		return;
	}
	needed = waits_for(j, check);
	if (needed) {
		verdict->state = PENDING;
		verdict->message =
			arena_printf(j->arena, "This comes after: %.*s.", STR_ARG(needed->title));
		return;
	}
	judge_let(j, check, &values);
	outcome = try(j, &check->call, &values);
	verdict->state = outcome.holds ? GREEN : RED;
	if (!outcome.holds)
		say_red(j, check, &values, &outcome, verdict);
}

struct json_object *judge_lab(const struct lab_checks *lab, const struct check_caller *caller,
			      struct arena *a)
{
	struct judge j = { .lab = lab, .caller = caller, .arena = a };
	struct json_object *out = json_new_object(a), *list;

	j.verdicts = arena_zalloc(a, (lab->count + 1) * sizeof(*j.verdicts));
	for (size_t i = 0; i < lab->count; i++)
		judge_check(&j, &lab->checks[i]);
	json_set_str(out, "id", lab->lab);
	json_set_str(out, "title", lab->title);
	list = json_set_array(out, "checks");
	for (size_t i = 0; i < lab->count; i++) {
		struct json_object *one = json_add_object(list);
		enum state state = j.verdicts[i].state;

		json_set_str(one, "id", lab->checks[i].id);
		json_set_str(one, "title", lab->checks[i].title);
		json_set_cstr(one, "state",
			      state == GREEN ? "green"
			      : state == RED ? "red"
					     : "pending");
		json_set_cstr(one, "message", j.verdicts[i].message);
		json_set_bool(one, "done", state == GREEN || was_done(&j, lab->checks[i].id));
		json_set_bool(one, "diagnosed", j.verdicts[i].diagnosed);
	}
	return out;
}
