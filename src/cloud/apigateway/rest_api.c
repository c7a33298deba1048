/*
 * REST APIs themselves, and the account's settings.
 * From: API Gateway API Reference, "CreateRestApi", "UpdateRestApi", "GetAccount".
 */
#include "cloud/apigateway/operations.h"

#include "aws/id.h"
#include "base/form.h"

enum { COMPRESSION_MAX = 10485760 };

bool rest_api_get(struct op *op, struct thing *out)
{
	struct str id = op_str(op, "restApiId");

	if (thing_find(op, &kind_rest_api, STR_NONE, id, out))
		return true;
	op_fail(op, &GatewayNotFound, "Invalid API identifier specified %s:%.*s", op->account->id,
		STR_ARG(id));
	return false;
}

/* --- checks ---------------------------------------------------------------------------------- */

static bool bad(struct op *op, const char *sentence)
{
	op_fail(op, &GatewayBadRequest, "%s", sentence);
	return false;
}

static bool compression_good(struct op *op, const struct json_object *doc)
{
	struct json_object *size = json_get(doc, "minimumCompressionSize");
	int64_t bytes = json_int_or(size, -1);

	return !size || (bytes >= 0 && bytes <= COMPRESSION_MAX) ||
	       bad(op, "Invalid minimum compression size, must be between 0 and 10485760");
}

/* What the configuration becomes; false with the error set. */
static bool set_endpoints(struct op *op, struct json_object *doc)
{
	struct json_object *asked = op_get(op, "endpointConfiguration");
	struct json_object *types = json_get(asked, "types");
	struct json_object *set = json_set_object(doc, "endpointConfiguration");
	struct str address = json_get_str(asked, "ipAddressType");
	bool private;

	if (asked && json_is_array(types) && !json_count(types))
		return bad(op, "REGIONAL Configuration and EDGE Configuration cannot be both "
			       "DISABLED.");
	if (json_count(types) > 1)
		return bad(op, "Cannot create an api with multiple Endpoint Types.");
	private = str_is(json_str(json_at(types, 0)), "PRIVATE");
	if (private && str_is(address, "ipv4"))
		return bad(op, "Only dualstack ipAddressType is supported for Private APIs.");
	if (types)
		json_set(set, "types", json_object_get(types));
	else
		json_add_str(json_set_array(set, "types"), STR("EDGE"));
	if (!address.n)
		address = private ? STR("dualstack") : STR("ipv4");
	json_set_str(set, "ipAddressType", address);
	if (json_get(asked, "vpcEndpointIds"))
		json_set(set, "vpcEndpointIds", json_object_get(json_get(asked, "vpcEndpointIds")));
	return true;
}

/* "execute-api:/prod/GET/ride" stands for the API's own ARN; the text with the whole of it. */
static struct str whole_arns(struct op *op, struct str api, struct str policy)
{
	struct str short_form = STR("\"execute-api:/"), text;
	struct buf b;
	ptrdiff_t at;

	buf_init(&b, BUF_MAX);
	while ((at = str_find_str(policy, short_form)) >= 0) {
		buf_add(&b, str_slice(policy, 0, (size_t)at));
		buf_addf(&b, "\"%.*s/", STR_ARG(op_arn(op, "execute-api", "%.*s", STR_ARG(api))));
		policy = str_slice(policy, (size_t)at + short_form.n, policy.n);
	}
	buf_add(&b, policy);
	text = arena_dup(op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static bool set_policy(struct op *op, struct thing *api)
{
	struct str policy = json_get_str(api->doc, "policy");
	const char *why = "";

	if (!policy.n)
		return true;
	policy = whole_arns(op, api->id, policy);
	if (!policy_parse(op->arena, policy, POLICY_RESOURCE, &why))
		return bad(op, "Invalid policy document. Please check the policy syntax and ensure "
			       "that Principals are valid.");
	json_set_str(api->doc, "policy", policy);
	return true;
}

/* --- making one -------------------------------------------------------------------------------- */

static void add_model(struct op *op, struct str api, const char *name, const char *description,
		      const char *schema)
{
	struct thing model = thing_new(op, api, 6);

	json_set_cstr(model.doc, "name", name);
	json_set_cstr(model.doc, "description", description);
	json_set_cstr(model.doc, "schema", schema);
	json_set_cstr(model.doc, "contentType", "application/json");
	model.id = str_of(name);
	thing_put(op, &kind_model, &model);
}

void rest_api_begin(struct op *op, struct thing *api)
{
	struct thing root = thing_new(op, api->id, 10);

	json_set_str(api->doc, "rootResourceId", root.id);
	json_set_cstr(root.doc, "path", "/");
	root.name = STR("/");
	thing_put(op, &kind_resource, &root);
	add_model(op, api->id, "Empty", "This is a default empty schema model",
		  "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : "
		  "\"Empty Schema\",\n  \"type\" : \"object\"\n}");
	add_model(op, api->id, "Error", "This is a default error schema model",
		  "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : "
		  "\"Error Schema\",\n  \"type\" : \"object\",\n  \"properties\" : {\n    "
		  "\"message\" : { \"type\" : \"string\" }\n  }\n}");
}

struct thing rest_api_new(struct op *op)
{
	struct thing api = thing_new(op, STR_NONE, 0), other;

	do {
		api.id = id_make(op, ID_REST_API);
	} while (thing_find(op, &kind_rest_api, STR_NONE, api.id, &other));
	json_set_str(api.doc, "id", api.id);
	return api;
}

/* A copy of another API: all that it owns, but what was deployed of it. */
static bool clone(struct op *op, struct thing *api, struct str from)
{
	struct thing other;

	if (!thing_find(op, &kind_rest_api, STR_NONE, from, &other))
		return bad(op, "Invalid API identifier specified");
	db_run(op->db,
	       "INSERT INTO apigateway_thing (kind, owner, id, name, doc) "
	       "SELECT kind, ?, id, name, doc FROM apigateway_thing WHERE owner = ? "
	       "AND kind NOT IN ('Deployment', 'Stage') ORDER BY row",
	       "ss", api->id, from);
	json_set_str(api->doc, "rootResourceId", json_get_str(other.doc, "rootResourceId"));
	return true;
}

enum outcome apigateway_create_rest_api(struct op *op)
{
	static const char *const before[] = {
		"name", "description", "version", "binaryMediaTypes", "minimumCompressionSize", NULL
	};
	static const char *const behind[] = { "policy", "tags", NULL };
	struct thing api;

	if (op_has(op, "description") && !op_str(op, "description").n)
		return op_fail(op, &GatewayBadRequest, "Description cannot be an empty string");
	api = rest_api_new(op);
	copy_members(api.doc, op->in, before);
	if (!json_count(json_get(api.doc, "binaryMediaTypes")))
		json_object_object_del(api.doc, "binaryMediaTypes");
	json_set_time(api.doc, "createdDate", op->now / 1000 * 1000);
	json_set_str(api.doc, "apiKeySource", op_str_or(op, "apiKeySource", "HEADER"));
	if (!compression_good(op, api.doc) || !set_endpoints(op, api.doc))
		return FAILED;
	copy_members(api.doc, op->in, behind);
	if (!set_policy(op, &api))
		return FAILED;
	json_set_bool(api.doc, "disableExecuteApiEndpoint",
		      op_bool_or(op, "disableExecuteApiEndpoint", false));
	if (!op_has(op, "cloneFrom"))
		rest_api_begin(op, &api);
	else if (!clone(op, &api, op_str(op, "cloneFrom")))
		return FAILED;
	return thing_created(op, &kind_rest_api, &api);
}

/* --- changing one ------------------------------------------------------------------------------- */

static bool is_private(const struct json_object *doc)
{
	struct json_object *types = json_get(json_get(doc, "endpointConfiguration"), "types");

	return str_is(json_str(json_at(types, 0)), "PRIVATE");
}

/* An API that becomes private has both kinds of addresses from then on. */
static bool endpoints_good(struct op *op, struct json_object *doc, struct json_object *was)
{
	struct json_object *set = json_get(doc, "endpointConfiguration");
	struct json_object *types = json_get(set, "types");
	struct str address = json_get_str(set, "ipAddressType");

	for (size_t i = 0; i < json_count(types); i++) {
		struct str type = json_str(json_at(types, i));

		if (!str_is(type, "EDGE") && !str_is(type, "REGIONAL") && !str_is(type, "PRIVATE"))
			return bad(op, "Invalid EndpointTypes specified. Valid options are "
				       "REGIONAL,EDGE,PRIVATE");
	}
	if (!str_is(address, "ipv4") && !str_is(address, "dualstack"))
		return bad(op, "ipAddressType must be either ipv4 or dualstack.");
	if (!is_private(doc) || str_is(address, "dualstack"))
		return true;
	if (is_private(was))
		return bad(op, "Only dualstack ipAddressType is supported for Private APIs.");
	json_set_cstr(set, "ipAddressType", "dualstack");
	return true;
}

static bool rest_api_changed(struct op *op, struct thing *api, struct json_object *was)
{
	return compression_good(op, api->doc) && endpoints_good(op, api->doc, was) &&
	       set_policy(op, api);
}

static bool rest_api_leaving(struct op *op, struct thing *api)
{
	struct thing deployment;
	int64_t after = 0;

	while (thing_next(op, &kind_deployment, api->id, &after, &deployment))
		things_drop_owned(op, deployment.id);
	things_drop_owned(op, api->id);
	return true;
}

/* The policy is answered as it would stand within quotes. */
static void rest_api_show(struct op *op, const struct thing *api, enum showing why,
			  struct json_object *out)
{
	struct str policy = json_get_str(api->doc, "policy"), quoted;
	struct buf b;

	(void)why;
	if (!policy.n)
		return;
	buf_init(&b, BUF_MAX);
	json_print_string(&b, policy);
	quoted = buf_str(&b);
	json_set_str(out, "policy", arena_dup(op->arena, str_slice(quoted, 1, quoted.n - 1)));
	buf_release(&b);
}

static const struct patch_rule rest_api_rules[] = {
	{ "/name", PATCH_REPLACE, PATCH_TEXT },
	{ "/description", PATCH_REPLACE | PATCH_REMOVE },
	{ "/version", PATCH_REPLACE },
	{ "/apiKeySource", PATCH_REPLACE },
	{ "/binaryMediaTypes/{type}", PATCH_ALL, PATCH_LIST },
	{ "/disableExecuteApiEndpoint", PATCH_REPLACE, PATCH_BOOLEAN },
	{ "/endpointConfiguration/ipAddressType", PATCH_REPLACE },
	{ "/endpointConfiguration/types/{type}", PATCH_ADD | PATCH_REPLACE | PATCH_REMOVE,
	  PATCH_LIST },
	{ "/endpointConfiguration/vpcEndpointIds", PATCH_ADD | PATCH_REMOVE, PATCH_LIST_VALUE },
	{ "/endpointConfiguration/vpcEndpointIds/{id}", PATCH_ALL, PATCH_LIST },
	{ "/minimumCompressionSize", PATCH_REPLACE, PATCH_INTEGER },
	{ "/policy", PATCH_REPLACE },
	{ 0 }
};
static const struct patch_rules rest_api_patches = { rest_api_rules, PATCH_WORDS_PLAIN };

const struct kind kind_rest_api = {
	.noun = "RestApi",
	.plural = "RestApis",
	.id = "restApiId",
	.missing = "Invalid API identifier specified",
	.patches = &rest_api_patches,
	.changed = rest_api_changed,
	.leaving = rest_api_leaving,
	.show = rest_api_show,
	.tagged = true,
};

/* GetRestApi, DeleteRestApi, UpdateRestApi: the message names the id. */
enum outcome apigateway_rest_api_op(struct op *op)
{
	struct thing api;

	if (!rest_api_get(op, &api))
		return FAILED;
	switch (op->operation->name[0]) {
	case 'G':
		return apigateway_get(op);
	case 'D':
		return apigateway_delete(op);
	default:
		return apigateway_update(op);
	}
}

/* --- the account -------------------------------------------------------------------------------- */

static const struct kind kind_account = { .noun = "Account" };

static const struct patch_rule account_rules[] = { { "/cloudwatchRoleArn", PATCH_REPLACE },
						   { "/features", PATCH_ADD | PATCH_REMOVE,
						     PATCH_LIST_VALUE },
						   { 0 } };
static const struct patch_rules account_patches = { account_rules, PATCH_WORDS_LIST };

static void account_get(struct op *op, struct thing *account)
{
	struct json_object *throttle;

	if (thing_find(op, &kind_account, STR_NONE, STR("account"), account))
		return;
	*account = thing_new(op, STR_NONE, 0);
	account->id = STR("account");
	throttle = json_set_object(account->doc, "throttleSettings");
	json_set_int(throttle, "burstLimit", 5000);
	json_set(throttle, "rateLimit", json_object_new_double_s(10000, "10000.0"));
	json_add_str(json_set_array(account->doc, "features"), STR("UsagePlans"));
	json_set_cstr(account->doc, "apiKeyVersion", "4");
}

bool role_trusts_gateway(struct op *op, struct str role)
{
	struct json_object *in = json_new_object(op->arena), *out = NULL;
	struct str rest = role, name = STR_NONE;

	while (rest.p)
		name = str_cut(&rest, '/');
	json_set_str(in, "RoleName", name);
	if (aws_call(op, "iam", "GetRole", in, &out, NULL) == DONE &&
	    authorize_trust(op,
			    form_decode_lenient(op->arena,
						json_get_str(json_get(out, "Role"),
							     "AssumeRolePolicyDocument"),
						false),
			    "apigateway.amazonaws.com"))
		return true;
	return bad(op, "The role ARN does not have required permissions configured. Please grant "
		       "trust permission for API Gateway and add the required role policy.");
}

struct str account_log_role(struct op *op)
{
	struct thing account;

	account_get(op, &account);
	return json_get_str(account.doc, "cloudwatchRoleArn");
}

enum outcome apigateway_get_account(struct op *op)
{
	struct thing account;

	account_get(op, &account);
	thing_show(op, &kind_account, &account, SHOW_GOT, op->out);
	return DONE;
}

enum outcome apigateway_update_account(struct op *op)
{
	struct thing account;
	struct str role;

	account_get(op, &account);
	if (!patch_document(op, &account_patches, account.doc))
		return FAILED;
	if (!json_count(json_get(account.doc, "features")))
		return op_fail(op, &GatewayBadRequest,
			       "Usage Plans cannot be disabled once enabled");
	role = json_get_str(account.doc, "cloudwatchRoleArn");
	if (role.n && (!authorize_pass_role(op, role, "apigateway.amazonaws.com") ||
		       !role_trusts_gateway(op, role)))
		return FAILED;
	thing_put(op, &kind_account, &account);
	thing_show(op, &kind_account, &account, SHOW_UPDATED, op->out);
	return DONE;
}
