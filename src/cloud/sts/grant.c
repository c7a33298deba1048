/*
 * Sessions: their policies, their tags, and the credentials that stand for them.
 *
 * From: STS API Reference, AssumeRole and GetFederationToken; IAM User Guide, "Session policies" and "Pass session
 * tags in AWS STS".
 */
#include "cloud/sts/inside.h"

#include "aws/policy.h"
#include "base/form.h"
#include "base/time.h"

enum {
	PACKED_MAX = 2048, /* bytes that a session's policies and tags may take */
	ARNS_MAX = 10,
};

void grant_begin(struct op *op, struct grant *grant, enum caller_kind kind, int64_t seconds)
{
	*grant = (struct grant){
		.session = { .kind = kind,
			     .issued_at = op->now / 1000 * 1000,
			     .expires_at = op->now / 1000 * 1000 + seconds * 1000,
			     .detail = json_new_object(op->arena) },
	};
}

/* --- policies ---------------------------------------------------------------------------- */

static bool add_document(struct op *op, struct grant *grant, struct str document)
{
	struct json_object *list = json_get(grant->session.detail, "Policies");
	const char *why = NULL;

	if (!policy_parse(op->arena, document, POLICY_IDENTITY, &why)) {
		op_fail(op, &MalformedPolicyDocument, "%s", why);
		return false;
	}
	if (!list)
		list = json_set_array(grant->session.detail, "Policies");
	json_add_str(list, document);
	return true;
}

/* The document of a managed policy's default version; absent when there is none. */
static struct str managed_document(struct op *op, struct str arn)
{
	struct json_object *in = json_new_object(op->arena), *out = NULL;
	struct str version, document = STR_NONE;

	json_set_str(in, "PolicyArn", arn);
	if (aws_call(op, "iam", "GetPolicy", in, &out, NULL) != DONE)
		return STR_NONE;
	version = json_get_str(json_get(out, "Policy"), "DefaultVersionId");
	json_set_str(in, "VersionId", version);
	if (aws_call(op, "iam", "GetPolicyVersion", in, &out, NULL) == DONE)
		document = json_get_str(json_get(out, "PolicyVersion"), "Document");
	return document.p ? form_decode_lenient(op->arena, document, false) : STR_NONE;
}

static bool add_arn(struct op *op, struct grant *grant, struct str arn)
{
	struct str document = managed_document(op, arn);

	if (!document.p) {
		op_fail(op, &ValidationError, "ARN %.*s does not exist or is not attachable.",
			STR_ARG(arn));
		return false;
	}
	grant->packed += arn.n;
	return add_document(op, grant, document);
}

bool grant_policies(struct op *op, struct grant *grant)
{
	struct json_object *arns = op_get(op, "PolicyArns");
	struct str document = op_str(op, "Policy");

	if (json_count(arns) > ARNS_MAX) {
		op_fail(op, &ValidationError,
			"1 validation error detected: Value at 'policyArns' failed to satisfy constraint: "
			"Member must have length less than or equal to 10");
		return false;
	}
	if (document.p && !add_document(op, grant, document))
		return false;
	for (size_t i = 0; i < json_count(arns); i++)
		if (!add_arn(op, grant, json_get_str(json_at(arns, i), "arn")))
			return false;
	/* Blanks do not count. */
	for (size_t i = 0; document.p && i < document.n; i++)
		grant->packed += !strchr(" \t\r\n", document.p[i]);
	grant->packs |= document.p || json_count(arns);
	if (grant->packs)
		json_set_bool(grant->session.detail, "Limited", true);
	return true;
}

/* --- tags -------------------------------------------------------------------------------- */

static bool bad_tags(struct op *op, const char *why)
{
	op_fail(op, &InvalidParameterValue, "%s", why);
	return false;
}

/* The member of that name, letter case aside. */
static bool has_member(struct json_object *o, struct str name)
{
	JSON_EACH(o, key, value)
	{
		(void)value;
		if (str_eq_nocase(str_of(key), name))
			return true;
	}
	return false;
}

static bool has_element(struct json_object *array, struct str text)
{
	for (size_t i = 0; i < json_count(array); i++)
		if (str_eq_nocase(json_str(json_at(array, i)), text))
			return true;
	return false;
}

static bool add_tags(struct op *op, struct grant *grant, struct json_object *into)
{
	struct json_object *tags = op_get(op, "Tags");

	for (size_t i = 0; i < json_count(tags); i++) {
		struct str key = json_get_str(json_at(tags, i), "Key");
		struct str value = json_get_str(json_at(tags, i), "Value");

		if (has_member(into, key))
			return bad_tags(op, "Duplicate tag keys found. Please note that Tag keys "
					    "are case insensitive.");
		json_set_str(into, arena_cstr(op->arena, key), value);
		grant->packed += key.n + value.n;
	}
	grant->packs |= json_count(tags) > 0;
	return true;
}

/* What the caller's session hands on stays as it is. */
static bool inherit(struct op *op, struct json_object *tags, struct json_object *transitive)
{
	struct session mine;
	struct json_object *keys;

	if (op->caller.internal || !session_of(op, &mine))
		return true;
	keys = json_get(mine.detail, "Transitive");
	for (size_t i = 0; i < json_count(keys); i++) {
		struct str key = json_str(json_at(keys, i));
		char *name = arena_cstr(op->arena, key);

		if (has_member(tags, key))
			return bad_tags(op,
					"One of the specified transitive tag keys can't be set "
					"because it conflicts with a transitive tag key from the "
					"calling session.");
		json_set_str(tags, name, json_get_str(json_get(mine.detail, "Tags"), name));
		json_add_str(transitive, key);
	}
	return true;
}

bool grant_tags(struct op *op, struct grant *grant)
{
	struct json_object *tags = json_set_object(grant->session.detail, "Tags");
	struct json_object *transitive = json_set_array(grant->session.detail, "Transitive");
	struct json_object *keys = op_get(op, "TransitiveTagKeys");

	if (!add_tags(op, grant, tags))
		return false;
	for (size_t i = 0; i < json_count(keys); i++) {
		struct str key = json_str(json_at(keys, i));

		if (!has_member(tags, key))
			return bad_tags(op, "The specified transitive tag key must be included in "
					    "the requested tags.");
		if (!has_element(transitive, key))
			json_add_str(transitive, key);
	}
	return inherit(op, tags, transitive);
}

/* --- credentials ---------------------------------------------------------------------------- */

bool grant_finish(struct op *op, struct grant *grant)
{
	struct json_object *credentials;
	struct session_key key;

	if (grant->packed > PACKED_MAX) {
		op_fail(op, &PackedPolicyTooLarge, "Serialized token too large for session");
		return false;
	}
	session_add(op, &grant->session, &key);
	credentials = json_set_object(op->out, "Credentials");
	json_set_cstr(credentials, "AccessKeyId", key.key.id);
	json_set_cstr(credentials, "SecretAccessKey", key.key.secret);
	json_set_str(credentials, "SessionToken", key.token);
	json_set_str(credentials, "Expiration",
		     time_iso(op->arena, grant->session.expires_at, false));
	explicit_bzero(&key.key, sizeof(key.key));
	if (grant->packs)
		json_set_int(op->out, "PackedPolicySize",
			     (int64_t)((grant->packed * 100 + PACKED_MAX - 1) / PACKED_MAX));
	return true;
}
