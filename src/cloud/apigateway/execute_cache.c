/*
 * The stage's cache of answers to GET. From: API Gateway Developer Guide, "Cache settings for REST APIs in API Gateway".
 */
#include "cloud/apigateway/execute.h"

#include "aws/stash.h"
#include "base/base64.h"

static bool is_cached(const struct execution *x)
{
	return !x->test && json_bool_or(json_get(x->stage.doc, "cacheClusterEnabled"), false) &&
	       json_bool_or(json_get(x->settings, "cachingEnabled"), false) &&
	       str_is(x->method, "GET") &&
	       json_int_or(json_get(x->settings, "cacheTtlInSeconds"), 300) > 0;
}

/* A canary keeps its answers apart unless it is told to use the stage's. */
static bool has_own_cache(const struct execution *x)
{
	struct json_object *canary = json_get(x->stage.doc, "canarySettings");

	return x->canary && !json_bool_or(json_get(canary, "useStageCache"), false);
}

/* By resource, and by the parameters that the integration names. */
static struct str key_of(struct execution *x)
{
	struct json_object *names = json_get(x->integration, "cacheKeyParameters");
	struct str space = json_get_str(x->integration, "cacheNamespace"), key;
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_addf(&b, "answer/%.*s/%.*s/%.*s/%.*s", STR_ARG(x->api), STR_ARG(x->stage.id),
		 STR_ARG(space), STR_ARG(has_own_cache(x) ? x->owner : STR("")));
	for (size_t i = 0; i < json_count(names); i++) {
		struct str value = mapping_value(x, NULL, json_str(json_at(names, i)));

		buf_addf(&b, "/%zu:", value.n);
		buf_add(&b, value);
	}
	key = arena_dup(x->op->arena, buf_str(&b));
	buf_release(&b);
	return key;
}

/* Does the caller ask for a fresh answer (Cache-Control: max-age=0)? */
static bool asks_fresh(const struct execution *x)
{
	return str_find_str(multi_last(x->headers, STR("Cache-Control")), STR("max-age=0")) >= 0;
}

/* May the caller have what is remembered replaced? */
static bool may_refresh(struct execution *x)
{
	return !json_bool_or(json_get(x->settings, "requireAuthorizationForCacheControl"), true) ||
	       execute_may_invalidate(x);
}

/* What becomes of a wish for a fresh answer that is not granted: it fails, or is ignored, with a warning or without. */
static enum step ignore_wish(struct execution *x)
{
	struct str strategy = json_get_str(x->settings, "unauthorizedCacheControlHeaderStrategy");

	if (str_is(strategy, "FAIL_WITH_403"))
		return refuse(x, &refuse_forbidden);
	x->warned = !str_is(strategy, "SUCCEED_WITHOUT_RESPONSE_HEADER");
	return STEP_ON;
}

static enum step recall(struct execution *x)
{
	struct json_object *kept;
	struct str text, body;

	if (!stash_get(x->op->arena, key_of(x), x->op->now, &text))
		return STEP_ON;
	kept = json_parse(x->op->arena, text, NULL);
	if (!kept || !base64_parse(x->op->arena, json_get_str(kept, "body"), &body))
		return STEP_ON;
	x->recalled = true;
	x->status = (int)json_int_or(json_get(kept, "status"), 200);
	x->answer_headers = json_get(kept, "headers");
	x->answer_body = body;
	return STEP_ANSWERED;
}

enum step execute_cached(struct execution *x)
{
	if (!is_cached(x))
		return STEP_ON;
	if (asks_fresh(x)) {
		if (may_refresh(x))
			return STEP_ON;
		if (ignore_wish(x) == STEP_ANSWERED)
			return STEP_ANSWERED;
	}
	return recall(x);
}

void execute_remember(struct execution *x)
{
	struct json_object *kept = json_new_object(x->op->arena);
	int64_t ttl = json_int_or(json_get(x->settings, "cacheTtlInSeconds"), 300);

	if (!x->integration || x->refusal || x->recalled || !is_cached(x) || x->status >= 400)
		return;
	json_set_int(kept, "status", x->status);
	json_set(kept, "headers", json_object_get(x->answer_headers));
	json_set_str(kept, "body", base64_print(x->op->arena, x->answer_body));
	stash_put(key_of(x), json_text(x->op->arena, kept), x->op->now + ttl * 1000);
}
