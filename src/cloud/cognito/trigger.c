/*
 * Triggers; see trigger.h.
 *
 * From: Developer Guide, "Customizing user pool workflows with Lambda triggers": the event, five seconds to answer,
 * the function's policy must let cognito-idp.amazonaws.com in.
 */
#include "cloud/cognito/trigger.h"

#include "aws/invoke.h"
#include "base/hash.h"
#include "cloud/cognito/errors.h"

#define WAIT_MS 5000

/* What a run of an operation has open. */
struct run {
	bool open; /* the savepoint before its first write */
};

/* --- running ------------------------------------------------------------------------------------ */

enum outcome idp_run(struct op *op, enum outcome (*run)(struct op *op))
{
	struct run own = { .open = true };
	void *outer = op->own;
	enum outcome outcome;

	if (!db_savepoint(op->db))
		return op_fail(op, &InternalFailure, "The account's file cannot be written.");
	op->own = &own;
	outcome = run(op);
	op->own = outer;
	if (!own.open)
		return outcome;
	if (outcome == FAILED)
		db_rollback_to(op->db);
	else
		db_release(op->db);
	return outcome;
}

/* From here on the run's writes are gone, or stay. */
static void close_run(struct op *op, bool keep)
{
	struct run *own = op->own;

	if (!own || !own->open)
		return;
	own->open = false;
	if (keep)
		db_release(op->db);
	else
		db_rollback_to(op->db);
}

/* --- the event ------------------------------------------------------------------------------------- */

static struct str function_of(const struct pool *pool, const char *name)
{
	struct json_object *config = json_get(pool->settings, "LambdaConfig");
	struct str newer = json_get_str(json_get(config, "PreTokenGenerationConfig"), "LambdaArn");

	if (strcmp(name, "PreTokenGeneration") == 0 && newer.n)
		return newer;
	return json_get_str(config, name);
}

/* Of the event's form: only that before tokens has others than the first. */
static struct str version_of(const struct trigger *t)
{
	struct str version = json_get_str(json_get(json_get(t->pool->settings, "LambdaConfig"),
						   "PreTokenGenerationConfig"),
					  "LambdaVersion");

	if (strcmp(t->name, "PreTokenGeneration") != 0 || !str_starts(version, STR("V")))
		return STR("1");
	return str_slice(version, 1, 2);
}

static struct str event_of(struct op *op, const struct trigger *t)
{
	struct json_object *event = json_new_object(op->arena), *o;

	json_set_str(event, "version", version_of(t));
	json_set_cstr(event, "region", op->region);
	json_set_str(event, "userPoolId", t->pool->id);
	json_set_str(event, "userName", t->user);
	o = json_set_object(event, "callerContext");
	json_set_cstr(o, "awsSdkVersion", "aws-sdk-unknown-unknown");
	json_set_str(o, "clientId", t->client.p ? t->client : STR("CLIENT_ID_NOT_APPLICABLE"));
	json_set_cstr(event, "triggerSource", t->source);
	json_set(event, "request", json_object_get(t->request));
	o = json_set_object(event, "response");
	for (size_t i = 0; t->response && t->response[i]; i++)
		json_set(o, t->response[i],
			 strncmp(t->response[i], "auto", 4) == 0 ? json_object_new_boolean(false)
								 : NULL);
	return json_text(op->arena, event);
}

struct json_object *idp_trigger_request(struct op *op, const struct user *user)
{
	struct json_object *request = json_new_object(op->arena),
			   *attributes = json_set_object(request, "userAttributes");

	json_set_str(attributes, "sub", user->sub);
	json_set_cstr(attributes, "cognito:user_status", user->status);
	JSON_EACH(user->attributes, key, value)
	{
		json_set(attributes, key, json_object_get(value));
	}
	return request;
}

void idp_trigger_metadata(struct op *op, struct json_object *request, const char *name)
{
	if (op_has(op, "ClientMetadata"))
		json_set(request, name, json_object_get(op_get(op, "ClientMetadata")));
}

struct str idp_made_up(struct op *op, const struct pool *pool, const char *purpose)
{
	unsigned char mac[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	hash_hmac_sha256(pool->secret,
			 arena_strf(op->arena, "made up %s %.*s", purpose, STR_ARG(op->request_id)),
			 mac);
	mac[6] = (unsigned char)(0x40 | (mac[6] & 0x0f));
	mac[8] = (unsigned char)(0x80 | (mac[8] & 0x3f));
	hash_hex(mac, sizeof(mac), hex);
	return arena_strf(op->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
			  hex + 20);
}

/* --- asking -------------------------------------------------------------------------------------------- */

bool idp_trigger_set(const struct pool *pool, const char *name)
{
	return function_of(pool, name).n > 0;
}

bool idp_trigger_begun(struct op *op, const char *source)
{
	return op_invoking(op, source);
}

static enum outcome could_not(struct op *op, const struct trigger *t, const struct invoked *got)
{
	if (got->timed_out)
		return op_fail(
			op, &UnexpectedLambdaException,
			"%s invocation failed due to error Socket timeout while invoking Lambda "
			"function.",
			t->name);
	if (str_is(str_of(got->error->code), "TooManyRequestsException"))
		return op_fail(op, &TooManyRequestsException,
			       "%s invocation failed due to error TooManyRequestsException.",
			       t->name);
	return op_fail(op, &UnexpectedLambdaException, "%s invocation failed due to error %s.",
		       t->name, got->error->code);
}

static enum outcome answered(struct op *op, const struct trigger *t, const struct invoked *got,
			     struct json_object **response)
{
	struct json_object *event;

	if (got->error || got->timed_out)
		return could_not(op, t, got);
	event = json_parse(op->arena, got->payload, NULL);
	if (got->failed) {
		struct str message = json_get_str(event, "errorMessage");

		return op_fail(op, &UserLambdaValidationException, "%s failed with error %.*s.",
			       t->name, STR_ARG(message));
	}
	*response = json_get(event, "response");
	if (!json_is_object(event) || (*response && !json_is_object(*response)) ||
	    !json_get_str(event, "triggerSource").n)
		return op_fail(op, &InvalidLambdaResponseException, "Unrecognizable lambda output");
	if (!*response)
		*response = json_new_object(op->arena);
	return DONE;
}

static enum outcome ask(struct op *op, const struct trigger *t, bool after,
			struct json_object **response)
{
	struct invoke how = { .function = function_of(t->pool, t->name),
			      .service = "cognito-idp.amazonaws.com",
			      .wait_ms = WAIT_MS };
	bool begun = op_invoking(op, t->source);
	enum outcome outcome;
	struct invoked got;

	*response = NULL;
	if (!how.function.n)
		return DONE;
	how.source_arn = op_arn(op, "cognito-idp", "userpool/%.*s", STR_ARG(t->pool->id));
	how.payload = event_of(op, t);
	if (!begun)
		close_run(op, after);
	if (op_invoke(op, t->source, &how, &got) == WAITING)
		return WAITING;
	outcome = answered(op, t, &got, response);
	/* Answered at once: what was undone must be done again. */
	return outcome == DONE && !begun && !after ? op_wait(op, STR("trigger"), 0) : outcome;
}

enum outcome idp_trigger(struct op *op, const struct trigger *trigger,
			 struct json_object **response)
{
	return ask(op, trigger, false, response);
}

enum outcome idp_trigger_after(struct op *op, const struct trigger *trigger)
{
	struct json_object *response;

	return ask(op, trigger, true, &response);
}

enum outcome idp_confirmed(struct op *op, const struct pool *pool, struct str client,
			   const struct user *user, const char *source)
{
	const struct trigger t = { .name = "PostConfirmation",
				   .source = source,
				   .pool = pool,
				   .client = client,
				   .user = user->name,
				   .request = idp_trigger_request(op, user) };

	idp_trigger_metadata(op, t.request, "clientMetadata");
	return idp_trigger_after(op, &t);
}
