/*
 * Delivery policies: how messages to HTTP servers are sent, and sent again.
 * From: SNS Developer Guide, "Creating a delivery policy", "Delivery policy stages".
 */
#include "cloud/sns/inside.h"

#include <math.h>

enum { DELAY_MAX_S = 3600, RETRIES_MAX = 100 };

/* The members of a retry policy: their bounds, and what holds without them. */
static const struct member {
	const char *name;
	int64_t least, most, otherwise;
} numbers[] = {
	{ "minDelayTarget", 1, DELAY_MAX_S, 20 },   { "maxDelayTarget", 1, DELAY_MAX_S, 20 },
	{ "numRetries", 0, RETRIES_MAX, 3 },        { "numMaxDelayRetries", 0, RETRIES_MAX, 0 },
	{ "numNoDelayRetries", 0, RETRIES_MAX, 0 }, { "numMinDelayRetries", 0, RETRIES_MAX, 0 },
};
enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };
static const char *const functions[] = { "linear", "arithmetic", "geometric", "exponential", NULL };

static bool is_function(struct str name)
{
	for (size_t i = 0; functions[i]; i++)
		if (str_is(name, functions[i]))
			return true;
	return false;
}

/* --- checking ------------------------------------------------------------------------------- */

static int64_t number_of(struct json_object *o, const char *name)
{
	for (size_t i = 0; i < NUMBERS; i++)
		if (!strcmp(numbers[i].name, name))
			return json_int_or(json_get(o, name), numbers[i].otherwise);
	return 0;
}

static const char *retries_wrong(struct op *op, struct json_object *o)
{
	struct str function = json_get_str(o, "backoffFunction");

	for (size_t i = 0; i < NUMBERS; i++) {
		struct json_object *value = json_get(o, numbers[i].name);
		int64_t n = json_int_or(value, -1);

		if (value && (n < numbers[i].least || n > numbers[i].most))
			return arena_printf(
				op->arena,
				"%s must be greater than or equal to %lld and less than "
				"or equal to %lld",
				numbers[i].name, (long long)numbers[i].least,
				(long long)numbers[i].most);
	}
	if (function.p && !is_function(function))
		return "backoffFunction must be one of linear, arithmetic, geometric, exponential";
	if (number_of(o, "maxDelayTarget") < number_of(o, "minDelayTarget"))
		return "maxDelayTarget must be greater than or equal to minDelayTarget";
	if (number_of(o, "numMaxDelayRetries") + number_of(o, "numNoDelayRetries") +
		    number_of(o, "numMinDelayRetries") >
	    number_of(o, "numRetries"))
		return "numRetries must be greater than or equal to the sum of numNoDelayRetries, "
		       "numMinDelayRetries and numMaxDelayRetries";
	return NULL;
}

static const char *throttle_wrong(struct json_object *o)
{
	struct json_object *value = json_get(o, "maxReceivesPerSecond");

	return value && json_int_or(value, 0) < 1
		       ? "maxReceivesPerSecond must be greater than or equal to 1"
		       : NULL;
}

static const char *content_type_wrong(struct json_object *o)
{
	struct str type = json_get_str(o, "headerContentType");

	for (size_t i = 0; i < type.n; i++)
		if (type.p[i] < 0x20 || type.p[i] == 0x7f)
			return "headerContentType is not a content type";
	return NULL;
}

/* --- topics ------------------------------------------------------------------------------------ */

bool delivery_good(struct op *op, struct str text, const char **why)
{
	struct json_object *o = json_parse(op->arena, text, why), *http;

	if (!o)
		return false;
	if (!json_is_object(o)) {
		*why = "not an object";
		return false;
	}
	http = json_get(o, "http");
	*why = retries_wrong(op, json_get(http, "defaultHealthyRetryPolicy"));
	if (!*why)
		*why = throttle_wrong(json_get(http, "defaultThrottlePolicy"));
	if (!*why)
		*why = content_type_wrong(json_get(http, "defaultRequestPolicy"));
	return !*why;
}

/* A retry policy with all its members. */
static void set_retries(struct json_object *to, const char *name, struct json_object *given)
{
	struct json_object *o = json_set_object(to, name);
	struct str function = json_get_str(given, "backoffFunction");

	for (size_t i = 0; i < NUMBERS; i++)
		json_set_int(o, numbers[i].name, number_of(given, numbers[i].name));
	json_set_str(o, "backoffFunction", function.p ? function : STR("linear"));
}

static void set_copy(struct json_object *to, const char *name, struct json_object *given)
{
	json_set(to, name, given ? json_object_get(given) : NULL);
}

struct json_object *delivery_of_topic(struct op *op, const struct topic *t)
{
	struct json_object *o = json_new_object(op->arena), *http = json_set_object(o, "http");
	struct json_object *given =
		json_get(json_parse(op->arena, topic_attribute(t, "DeliveryPolicy"), NULL), "http");
	struct json_object *throttle = json_get(given, "defaultThrottlePolicy");
	struct str type =
		json_get_str(json_get(given, "defaultRequestPolicy"), "headerContentType");

	set_retries(http, "defaultHealthyRetryPolicy",
		    json_get(given, "defaultHealthyRetryPolicy"));
	json_set_bool(http, "disableSubscriptionOverrides",
		      json_bool_or(json_get(given, "disableSubscriptionOverrides"), false));
	if (throttle)
		set_copy(http, "defaultThrottlePolicy", throttle);
	json_set_str(json_set_object(http, "defaultRequestPolicy"), "headerContentType",
		     type.n ? type : STR("text/plain; charset=UTF-8"));
	return o;
}

/* --- subscriptions ------------------------------------------------------------------------------- */

struct json_object *delivery_read(struct op *op, struct str text, const char **why)
{
	struct json_object *o = json_parse(op->arena, text, why), *kept, *retries;

	if (!o)
		return NULL;
	retries = json_get(o, "healthyRetryPolicy");
	*why = retries_wrong(op, retries);
	if (!*why)
		*why = throttle_wrong(json_get(o, "throttlePolicy"));
	if (!*why)
		*why = content_type_wrong(json_get(o, "requestPolicy"));
	if (*why)
		return NULL;
	kept = json_new_object(op->arena);
	if (retries)
		set_retries(kept, "healthyRetryPolicy", retries);
	else
		json_set(kept, "healthyRetryPolicy", NULL);
	set_copy(kept, "sicklyRetryPolicy", json_get(o, "sicklyRetryPolicy"));
	set_copy(kept, "throttlePolicy", json_get(o, "throttlePolicy"));
	set_copy(kept, "requestPolicy", json_get(o, "requestPolicy"));
	json_set_bool(kept, "guaranteed", json_bool_or(json_get(o, "guaranteed"), false));
	return kept;
}

struct json_object *delivery_of(struct op *op, const struct topic *t, struct str own)
{
	struct json_object *http = json_get(delivery_of_topic(op, t), "http"), *mine = NULL;
	struct json_object *o = json_new_object(op->arena), *part;

	if (own.n && !json_bool_or(json_get(http, "disableSubscriptionOverrides"), false))
		mine = json_parse(op->arena, own, NULL);
	part = json_get(mine, "healthyRetryPolicy");
	set_copy(o, "healthyRetryPolicy",
		 part ? part : json_get(http, "defaultHealthyRetryPolicy"));
	set_copy(o, "sicklyRetryPolicy", json_get(mine, "sicklyRetryPolicy"));
	part = json_get(mine, "throttlePolicy");
	set_copy(o, "throttlePolicy", part ? part : json_get(http, "defaultThrottlePolicy"));
	part = json_get(mine, "requestPolicy");
	set_copy(o, "requestPolicy", part ? part : json_get(http, "defaultRequestPolicy"));
	json_set_bool(o, "guaranteed", json_bool_or(json_get(mine, "guaranteed"), false));
	return o;
}

/* --- waiting ------------------------------------------------------------------------------------- */

void delivery_retries(struct json_object *policy, struct retry_policy *out)
{
	struct json_object *o = json_get(policy, "healthyRetryPolicy");

	*out = (struct retry_policy){ .least_s = number_of(o, "minDelayTarget"),
				      .most_s = number_of(o, "maxDelayTarget"),
				      .retries = number_of(o, "numRetries"),
				      .at_once = number_of(o, "numNoDelayRetries"),
				      .at_least = number_of(o, "numMinDelayRetries"),
				      .at_most = number_of(o, "numMaxDelayRetries"),
				      .backoff = json_get_str(o, "backoffFunction") };
}

/* From the least delay to the most, in `steps` steps, as the function has it. */
static double backed_off(const struct retry_policy *p, int64_t step, int64_t steps)
{
	double from = (double)p->least_s, to = (double)p->most_s;
	double part = steps > 1 ? (double)(step - 1) / (double)(steps - 1) : 1;

	if (str_is(p->backoff, "geometric"))
		return from * pow(to / from, part);
	if (str_is(p->backoff, "exponential"))
		return from + (to - from) * (pow(2, part * 10) - 1) / 1023;
	if (str_is(p->backoff, "arithmetic"))
		return from + (to - from) * part * (part + 1) / 2;
	return from + (to - from) * part;
}

int64_t delivery_wait(const struct retry_policy *p, int64_t retry)
{
	int64_t middle = p->retries - p->at_once - p->at_least - p->at_most;

	if (retry > p->retries)
		return -1;
	if (retry <= p->at_once)
		return 0;
	retry -= p->at_once;
	if (retry <= p->at_least)
		return p->least_s * 1000;
	retry -= p->at_least;
	return retry > middle ? p->most_s * 1000 : (int64_t)(backed_off(p, retry, middle) * 1000);
}
