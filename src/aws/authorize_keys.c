/*
 * Global condition keys: what is known of every request, from "AWS global condition context keys" of the IAM User
 * Guide. A key that a request does not have is not found, so that Null and IfExists hold.
 */
#include "aws/authorize_inner.h"

#include "aws/call.h"
#include "base/time.h"

bool authorize_value(struct op *op, struct policy_values *values, struct str value)
{
	*values = (struct policy_values){ ARENA_NEW(op->arena, struct str), 1, false };
	values->at[0] = value;
	return true;
}

bool authorize_values(struct op *op, struct policy_values *values, const struct str *at, size_t n)
{
	*values = (struct policy_values){ arena_alloc(op->arena, (n + 1) * sizeof(*at)), n, true };
	if (n)
		memcpy(values->at, at, n * sizeof(*at));
	return true;
}

/* "aws:PrincipalTag/team" -> "team", when the name begins so. */
static bool behind(struct str name, const char *prefix, struct str *rest)
{
	size_t n = strlen(prefix);

	if (name.n <= n || !str_eq_nocase(str_slice(name, 0, n), str_of(prefix)))
		return false;
	*rest = str_slice(name, n, name.n);
	return true;
}

/* --- the principal ---------------------------------------------------------------------- */

/* A session's own tags come before those of its role or user. */
static bool find_principal_tag(const struct asking *asking, struct str key, struct str *value)
{
	if (asking->session) {
		struct json_object *tags = json_get(asking->session->detail, "Tags");

		if (json_is_object(tags)) {
			JSON_EACH(tags, name, tag)
			{
				if (!str_eq_nocase(str_of(name), key))
					continue;
				*value = json_str(tag);
				return true;
			}
		}
	}
	for (size_t i = 0; asking->principal && i < asking->principal->tag_count; i++) {
		if (!str_eq_nocase(asking->principal->tags[i].key, key))
			continue;
		*value = asking->principal->tags[i].value;
		return true;
	}
	return false;
}

static struct str principal_type(const struct op *op)
{
	switch (op->caller.kind) {
	case CALLER_USER:
		return STR("User");
	case CALLER_ROLE:
		return STR("AssumedRole");
	case CALLER_FEDERATED:
		return STR("FederatedUser");
	case CALLER_ROOT:
		break;
	}
	return STR("Account");
}

static struct str user_name(const struct op *op)
{
	struct str arn = op->caller.principal, name = arn;

	if (op->caller.kind != CALLER_USER)
		return STR_NONE;
	while (arn.p)
		name = str_cut(&arn, '/');
	return name;
}

static struct str of_principal(const struct asking *asking, struct str name)
{
	const struct op *op = asking->op;
	struct str key, value;

	if (str_is(name, "aws:principalarn"))
		return op->caller.kind == CALLER_FEDERATED ? op->caller.arn : op->caller.principal;
	if (str_is(name, "aws:principalaccount"))
		return str_of(op->account->id);
	if (str_is(name, "aws:principaltype"))
		return principal_type(op);
	if (str_is(name, "aws:userid"))
		return op->caller.user_id;
	if (str_is(name, "aws:username"))
		return user_name(op);
	if (str_is(name, "aws:principalisawsservice") || str_is(name, "aws:viaawsservice"))
		return STR("false");
	if (behind(name, "aws:principaltag/", &key) && find_principal_tag(asking, key, &value))
		return value;
	return STR_NONE;
}

static struct str of_session(const struct asking *asking, struct str name)
{
	const struct remembered *s = asking->session;
	struct json_object *keys;

	if (!s)
		return STR_NONE;
	if (str_is(name, "aws:tokenissuetime"))
		return time_iso(asking->op->arena, s->issued_at, false);
	if (str_is(name, "aws:multifactorauthpresent"))
		return STR("false");
	if (str_is(name, "aws:sourceidentity"))
		return json_get_str(s->detail, "SourceIdentity");
	if (str_is(name, "aws:federatedprovider"))
		return json_get_str(s->detail, "FederatedProvider");
	keys = json_get(s->detail, "Keys");
	if (json_is_object(keys)) {
		JSON_EACH(keys, key, value)
		{
			if (str_eq_nocase(str_of(key), name))
				return json_str(value);
		}
	}
	return STR_NONE;
}

/* --- the request ------------------------------------------------------------------------- */

static struct str of_wire(const struct op *op, struct str name)
{
	const struct aws_call *call = op->call;

	if (!call || !call->req)
		return STR_NONE;
	if (str_is(name, "aws:sourceip"))
		return call->req->peer;
	if (str_is(name, "aws:securetransport"))
		return call->req->tls ? STR("true") : STR("false");
	if (str_is(name, "aws:useragent"))
		return sigv4_header(&call->http, "User-Agent");
	if (str_is(name, "aws:referer"))
		return sigv4_header(&call->http, "Referer");
	return STR_NONE;
}

static struct str of_request(const struct op *op, struct str name)
{
	if (str_is(name, "aws:currenttime"))
		return time_iso(op->arena, op->now, false);
	if (str_is(name, "aws:epochtime"))
		return arena_strf(op->arena, "%lld", (long long)(op->now / 1000));
	if (str_is(name, "aws:requestedregion"))
		return op->service && op->service->habits & HABIT_GLOBAL ? STR("us-east-1")
									 : str_of(op->region);
	if (str_is(name, "aws:resourceaccount"))
		return str_of(op->account->id);
	return of_wire(op, name);
}

/* --- tags in the request -------------------------------------------------------------------- */

static struct json_object *tags_of(const struct op *op)
{
	struct json_object *tags = json_get(op->in, "Tags");

	return tags ? tags : json_get(op->in, "tags");
}

/* Key and value of an entry {"Key", "Value"}, spelled as services spell them. */
static struct str tag_part(struct json_object *entry, const char *upper, const char *lower)
{
	struct str part = json_get_str(entry, upper);

	return part.p ? part : json_get_str(entry, lower);
}

static struct str request_tag(const struct op *op, struct str key)
{
	struct json_object *tags = tags_of(op);

	if (json_is_object(tags)) {
		JSON_EACH(tags, name, value)
		{
			if (str_eq_nocase(str_of(name), key))
				return json_str(value);
		}
	}
	for (size_t i = 0; json_is_array(tags) && i < json_count(tags); i++)
		if (str_eq_nocase(tag_part(json_at(tags, i), "Key", "key"), key))
			return tag_part(json_at(tags, i), "Value", "value");
	return STR_NONE;
}

static bool tag_keys(struct op *op, struct policy_values *values)
{
	struct json_object *tags = tags_of(op), *removed = json_get(op->in, "TagKeys");
	size_t n = 0;
	struct str *at;

	if (!tags && !removed)
		return false;
	at = arena_alloc(op->arena, (json_count(tags) + json_count(removed) + 1) * sizeof(*at));
	if (json_is_object(tags)) {
		JSON_EACH(tags, name, value)
		{
			(void)value;
			at[n++] = str_of(name);
		}
	}
	for (size_t i = 0; json_is_array(tags) && i < json_count(tags); i++)
		at[n++] = tag_part(json_at(tags, i), "Key", "key");
	for (size_t i = 0; json_is_array(removed) && i < json_count(removed); i++)
		at[n++] = json_str(json_at(removed, i));
	return authorize_values(op, values, at, n);
}

/* --- all ---------------------------------------------------------------------------------- */

static struct str lower(struct arena *a, struct str name)
{
	char *copy = arena_cstr(a, name);

	for (size_t i = 0; i < name.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] | 0x20);
	return str_make(copy, name.n);
}

bool authorize_find(void *arg, struct str name, struct policy_values *values)
{
	struct asking *asking = arg;
	struct op *op = asking->op;
	struct str key, value;

	if (policy_find_key((void *)asking->check->keys, name, values))
		return true;
	if (op->service && op->service->access && op->service->access->find &&
	    op->service->access->find(op, asking->check, name, values))
		return true;
	if (behind(name, "aws:RequestTag/", &key)) {
		value = request_tag(op, key);
		return value.p && authorize_value(op, values, value);
	}
	name = lower(op->arena, name);
	if (str_is(name, "aws:tagkeys"))
		return tag_keys(op, values);
	value = of_principal(asking, name);
	if (!value.p)
		value = of_request(op, name);
	if (!value.p)
		value = of_session(asking, name);
	return value.p && authorize_value(op, values, value);
}
