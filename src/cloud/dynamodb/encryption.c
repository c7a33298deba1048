/* SSESpecification and SSEDescription; see encryption.h. */
#include "cloud/dynamodb/encryption.h"

#include "aws/job.h"
#include "base/hash.h"

#define INVALID "One or more parameter values were invalid: "

/* What the request says of encryption, under whichever name. */
static struct json_object *specification(struct op *op)
{
	return op_has(op, "SSESpecification") ? op_get(op, "SSESpecification")
					      : op_get(op, "SSESpecificationOverride");
}

/* An encryption type alone asks for it too. */
static bool asks(struct op *op)
{
	return json_bool_or(json_get(specification(op), "Enabled"),
			    json_get(specification(op), "SSEType"));
}

/* The account's managed key: always the same one. */
static struct str managed_key(struct op *op)
{
	struct str seed = op_arn(op, "kms", "alias/aws/dynamodb");
	unsigned char digest[MD5_BYTES];
	char hex[2 * MD5_BYTES + 1];

	hash_md5(seed, digest);
	digest[6] = (unsigned char)((digest[6] & 0x0f) | 0x40);
	digest[8] = (unsigned char)((digest[8] & 0x3f) | 0x80);
	hash_hex(digest, sizeof(digest), hex);
	return op_arn(op, "kms", "key/%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16,
		      hex + 20);
}

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, INVALID "%s", why);
	return false;
}

/* Does the name mean the managed key? False with KMS's error, as DynamoDB passes it on. */
static bool check_key(struct op *op, struct str id)
{
	struct str arn = managed_key(op), alias = op_arn(op, "kms", "alias/aws/dynamodb");
	struct str mine = op_arn(op, "kms", "key/"), what;

	if (str_is(id, "alias/aws/dynamodb") || str_eq(id, alias) || str_eq(id, arn) ||
	    str_eq(id, str_slice(arn, mine.n, arn.n)))
		return true;
	if (str_starts(id, STR("alias/")))
		what = arena_strf(op->arena, "Alias %.*s is not found.",
				  STR_ARG(op_arn(op, "kms", "%.*s", STR_ARG(id))));
	else if (str_find_str(id, STR(":alias/")) >= 0)
		what = arena_strf(op->arena, "Alias %.*s is not found.", STR_ARG(id));
	else
		what = arena_strf(op->arena, "Key '%.*s' does not exist",
				  STR_ARG(str_starts(id, STR("arn:"))
						  ? id
						  : op_arn(op, "kms", "key/%.*s", STR_ARG(id))));
	op_fail(op, &ValidationException,
		"KMS validation error: com.amazonaws.services.kms.model.NotFoundException: %.*s (Service: "
		"AWSKMS; Status Code: 400; Error Code: NotFoundException; Request ID: %.*s; Proxy: null)",
		STR_ARG(what), STR_ARG(hash_uuid(op->arena)));
	return false;
}

bool encryption_check_new(struct op *op)
{
	struct str type = json_get_str(specification(op), "SSEType");
	struct str key = json_get_str(specification(op), "KMSMasterKeyId");

	if (!asks(op) && type.p)
		return refuse(op, "SSEType can not be specified if Enabled is false");
	if (!asks(op) && key.p)
		return refuse(op, "KMSMasterKeyId can not be specified if Enabled is false");
	if (key.p && !type.p)
		return refuse(op, "SSEType KMS is required if KMSMasterKeyId is specified");
	if (str_is(type, "AES256"))
		return refuse(op, "SSEType AES256 is not supported");
	return !key.p || check_key(op, key);
}

void encryption_create(struct op *op, struct json_object *definition)
{
	if (asks(op))
		json_set_bool(json_set_object(definition, "Encryption"), "Enabled", true);
}

bool encryption_restore(struct op *op, struct json_object *definition)
{
	if (!encryption_check_new(op))
		return false;
	if (specification(op))
		json_object_object_del(definition, "Encryption");
	encryption_create(op, definition);
	return true;
}

/* What stands in the way of SSESpecification in the same request. */
static bool alone(struct op *op)
{
	static const char *const others[] = {
		"BillingMode",        "ProvisionedThroughput",     "GlobalSecondaryIndexUpdates",
		"ReplicaUpdates",     "StreamSpecification",       "TableClass",
		"OnDemandThroughput", "DeletionProtectionEnabled", "WarmThroughput"
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (op_has(op, others[i]))
			return refuse(
				op,
				"Server-Side Encryption modification must be the only operation "
				"in the request");
	return true;
}

bool encryption_update(struct op *op, struct json_object *definition)
{
	bool is_on = json_bool_or(json_get(json_get(definition, "Encryption"), "Enabled"), false);
	struct json_object *state;

	if (!alone(op) || !encryption_check_new(op))
		return false;
	if (!asks(op) && !is_on)
		return refuse(op, "Table is already encrypted by default");
	if (is_on && str_eq(json_get_str(specification(op), "KMSMasterKeyId"), managed_key(op)))
		return refuse(
			op,
			"Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId "
			"parameter if you want to change Master Key");
	state = json_set_object(definition, "Encryption");
	json_set_bool(state, "Enabled", asks(op));
	json_set_int(state, "ChangedAt", op->now);
	if (table_delay())
		job_settle(op, op->now + table_delay());
	return true;
}

void encryption_describe(struct op *op, struct json_object *definition, struct json_object *out)
{
	struct json_object *state = json_get(definition, "Encryption"), *told;
	bool on = json_bool_or(json_get(state, "Enabled"), false);
	bool settled = json_int_or(json_get(state, "ChangedAt"), 0) + table_delay() <= op->now;

	if (!state || (!on && settled))
		return;
	told = json_set_object(out, "SSEDescription");
	json_set_cstr(told, "Status", settled ? "ENABLED" : "UPDATING");
	if (on && !settled)
		return; /* the key is not told before it is in use */
	json_set_cstr(told, "SSEType", "KMS");
	json_set_str(told, "KMSMasterKeyArn", managed_key(op));
}
