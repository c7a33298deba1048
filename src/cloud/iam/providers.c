/*
 * OpenID Connect providers, whose tokens roles may trust. An entity's name is the URL without its scheme; its
 * detail: ClientIds and Thumbprints.
 */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

enum { CLIENTS_MAX = 100, THUMBPRINTS_MAX = 5 };

static bool thumbprints_good(struct op *op)
{
	if (json_count(op_get(op, "ThumbprintList")) <= THUMBPRINTS_MAX)
		return true;
	op_fail(op, &InvalidInput, "Thumbprint list must contain fewer than %d entries.",
		THUMBPRINTS_MAX);
	return false;
}

static bool clients_good(struct op *op, size_t count)
{
	if (count <= CLIENTS_MAX)
		return true;
	op_fail(op, &LimitExceeded, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: %d",
		CLIENTS_MAX);
	return false;
}

/* A copy of a list of the input, [] when it is not there. */
static void set_list(struct json_object *detail, const char *name, struct json_object *list)
{
	struct json_object *out = json_set_array(detail, name);

	for (size_t i = 0; i < json_count(list); i++)
		json_add_str(out, json_str(json_at(list, i)));
}

enum outcome iam_op_create_oidc_provider(struct op *op)
{
	struct json_object *detail = json_new_object(op->arena);
	struct str url = op_str(op, "Url");
	struct iam_entity e;

	if (!str_starts(url, STR("https://")) || url.n == strlen("https://"))
		return op_fail(op, &ValidationError, "Invalid Open ID Connect Provider URL");
	if (!thumbprints_good(op) || !clients_good(op, json_count(op_get(op, "ClientIDList"))))
		return FAILED;
	set_list(detail, "ClientIds", op_get(op, "ClientIDList"));
	set_list(detail, "Thumbprints", op_get(op, "ThumbprintList"));
	url = str_slice(url, strlen("https://"), url.n);
	if (str_ends(url, STR("/")))
		url = str_slice(url, 0, url.n - 1);
	if (!iam_add(op, IAM_OIDC, url, detail, &e))
		return FAILED;
	json_set_str(op->out, "OpenIDConnectProviderArn", iam_arn(op, &e));
	iam_tags_describe(op, e.id, op->out, false);
	return DONE;
}

enum outcome iam_op_get_oidc_provider(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	json_set_str(op->out, "Url", e.name);
	set_list(op->out, "ClientIDList", json_get(e.detail, "ClientIds"));
	set_list(op->out, "ThumbprintList", json_get(e.detail, "Thumbprints"));
	iam_set_time(op, op->out, "CreateDate", e.created_at);
	iam_tags_describe(op, e.id, op->out, true);
	return DONE;
}

enum outcome iam_op_list_oidc_providers(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "OpenIDConnectProviderList");
	struct iam_walk walk;

	iam_walk(op, IAM_OIDC, STR("/"), STR(""), &walk);
	for (size_t i = 0; i < walk.count; i++)
		json_set_str(json_add_object(list), "Arn", iam_arn(op, &walk.list[i]));
	return DONE;
}

/* The reference calls it idempotent; what is not there is refused all the same. */
enum outcome iam_op_delete_oidc_provider(struct op *op)
{
	struct iam_entity e;

	if (iam_named(op, &e)) {
		iam_remove(op, &e);
		return DONE;
	}
	if (op->error != &NoSuchEntity)
		return FAILED;
	return op_fail(op, &NoSuchEntity, "OpenId connect Provider %.*s cannot be found.",
		       STR_ARG(op_str(op, "OpenIDConnectProviderArn")));
}

/* The client ids without `id`, and whether it was among them. */
static bool without(struct op *op, const struct iam_entity *e, struct str id,
		    struct json_object **out)
{
	struct json_object *list = json_get(e->detail, "ClientIds");
	bool found = false;

	*out = json_new_array(op->arena);
	for (size_t i = 0; i < json_count(list); i++) {
		struct str one = json_str(json_at(list, i));

		if (str_eq(one, id))
			found = true;
		else
			json_add_str(*out, one);
	}
	return found;
}

enum outcome iam_op_add_client_id_to_oidc_provider(struct op *op)
{
	struct iam_entity e;
	struct json_object *others, *list;
	struct str id = op_str(op, "ClientID");

	if (!iam_named(op, &e))
		return FAILED;
	list = json_get(e.detail, "ClientIds");
	if (without(op, &e, id, &others))
		return DONE;
	if (!clients_good(op, json_count(list) + 1))
		return FAILED;
	json_add_str(list, id);
	iam_save(op, &e);
	return DONE;
}

enum outcome iam_op_remove_client_id_from_oidc_provider(struct op *op)
{
	struct iam_entity e;
	struct json_object *others;

	if (!iam_named(op, &e))
		return FAILED;
	if (without(op, &e, op_str(op, "ClientID"), &others)) {
		set_list(e.detail, "ClientIds", others);
		iam_save(op, &e);
	}
	return DONE;
}

enum outcome iam_op_update_oidc_provider_thumbprint(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e) || !thumbprints_good(op))
		return FAILED;
	set_list(e.detail, "Thumbprints", op_get(op, "ThumbprintList"));
	iam_save(op, &e);
	return DONE;
}
