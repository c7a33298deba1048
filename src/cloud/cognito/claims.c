/*
 * Claims; see claims.h.
 *
 * From: Developer Guide, "Understanding user pool JSON web tokens", "Pre token generation Lambda trigger".
 */
#include "cloud/cognito/claims.h"

#include "base/hash.h"
#include "cloud/cognito/trigger.h"

enum { OF_ID, OF_ACCESS };

/* --- groups ----------------------------------------------------------------------------------------- */

/* The user's groups, the most important first, and the roles that they stand for. */
static void read_groups(struct op *op, struct issue *issue)
{
	struct stmt *q = db_query(
		op->db,
		"SELECT g.name, g.role, ifnull(g.precedence, -1) FROM cognito_member m JOIN cognito_group g"
		" ON g.pool = m.pool AND g.name = m.name WHERE m.pool = ? AND m.sub = ?"
		" ORDER BY g.precedence IS NULL, g.precedence, g.name",
		"ss", issue->how->pool->id, issue->how->user->sub);
	int64_t precedence = -1;

	issue->groups = json_new_array(op->arena);
	issue->roles = json_new_array(op->arena);
	while (stmt_row(q)) {
		struct str role = stmt_dup(q, 1, op->arena);

		json_add_str(issue->groups, stmt_str(q, 0));
		if (!role.p)
			continue;
		/* Two groups that are as important, with different roles: none is preferred. */
		if (!json_count(issue->roles)) {
			issue->preferred_role = role;
			precedence = stmt_int(q, 2);
		} else if (stmt_int(q, 2) == precedence && !str_eq(role, issue->preferred_role)) {
			issue->preferred_role = STR_NONE;
		}
		json_add_str(issue->roles, role);
	}
}

/* --- the function before tokens ----------------------------------------------------------------------- */

static struct json_object *trigger_request(struct op *op, const struct issue *issue, bool scopes)
{
	struct json_object *request = idp_trigger_request(op, issue->how->user), *o;
	struct str rest = issue->scope;

	o = json_set_object(request, "groupConfiguration");
	json_set(o, "groupsToOverride", json_object_get(issue->groups));
	json_set(o, "iamRolesToOverride", json_object_get(issue->roles));
	json_set(o, "preferredRole",
		 issue->preferred_role.p ? json_string(issue->preferred_role) : NULL);
	if (scopes)
		for (o = json_set_array(request, "scopes"); rest.p;)
			json_add_str(o, str_cut(&rest, ' '));
	if (issue->how->metadata)
		json_set(request, "clientMetadata", json_object_get(issue->how->metadata));
	return request;
}

static struct json_object *changes_of(struct json_object *generation)
{
	return json_is_object(generation) ? generation : NULL;
}

static void override_groups(struct issue *issue, struct json_object *details)
{
	struct json_object *groups = json_get(details, "groupsToOverride"),
			   *roles = json_get(details, "iamRolesToOverride");

	if (!json_is_object(details))
		return;
	if (json_is_array(groups))
		issue->groups = groups;
	if (json_is_array(roles))
		issue->roles = roles;
	if (groups || roles)
		issue->preferred_role = json_get_str(details, "preferredRole");
}

static bool listed(struct json_object *list, struct str word)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), word))
			return true;
	return false;
}

static void override_scopes(struct op *op, struct issue *issue, struct json_object *generation)
{
	struct json_object *add = json_get(generation, "scopesToAdd"),
			   *suppress = json_get(generation, "scopesToSuppress");
	struct str rest = issue->scope, scope = STR("");

	while (rest.p) {
		struct str word = str_cut(&rest, ' ');

		if (word.n && !listed(suppress, word) && !listed(add, word))
			scope = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(scope),
					   scope.n ? " " : "", STR_ARG(word));
	}
	for (size_t i = 0; i < json_count(add); i++)
		scope = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(scope), scope.n ? " " : "",
				   STR_ARG(json_str(json_at(add, i))));
	issue->scope = scope;
}

static enum outcome ask_function(struct op *op, struct issue *issue)
{
	static const char *const first[] = { "claimsOverrideDetails", NULL };
	static const char *const second[] = { "claimsAndScopeOverrideDetails", NULL };
	const struct sign_in *how = issue->how;
	struct str version = json_get_str(json_get(json_get(how->pool->settings, "LambdaConfig"),
						   "PreTokenGenerationConfig"),
					  "LambdaVersion");
	bool newer = version.n && !str_is(version, "V1_0");
	const struct trigger t = { .name = "PreTokenGeneration",
				   .source = how->source,
				   .pool = how->pool,
				   .client = how->client->id,
				   .user = how->user->name,
				   .request = trigger_request(op, issue, newer),
				   .response = newer ? second : first };
	struct json_object *response, *details;
	enum outcome outcome = idp_trigger(op, &t, &response);

	if (outcome != DONE)
		return outcome;
	details = json_get(response, t.response[0]);
	override_groups(issue, json_get(details, "groupOverrideDetails"));
	issue->changes[OF_ID] =
		changes_of(newer ? json_get(details, "idTokenGeneration") : details);
	if (newer) {
		issue->changes[OF_ACCESS] = changes_of(json_get(details, "accessTokenGeneration"));
		override_scopes(op, issue, issue->changes[OF_ACCESS]);
	}
	return DONE;
}

enum outcome idp_issue_begin(struct op *op, const struct sign_in *how, struct issue *out)
{
	*out = (struct issue){ .how = how,
			       .event_id = hash_uuid(op->arena),
			       .scope = how->scope.p ? how->scope : STR(IDP_OWN_SCOPE) };
	read_groups(op, out);
	return idp_trigger_set(how->pool, "PreTokenGeneration") ? ask_function(op, out) : DONE;
}

/* --- changes ----------------------------------------------------------------------------------------------- */

/* Claims that no function changes. */
static bool is_fixed(struct str name, int token)
{
	static const char *const both[] = { "acr",   "amr",        "at_hash", "auth_time", "azp",
					    "exp",   "iat",        "iss",     "jti",       "nbf",
					    "nonce", "origin_jti", "sub",     "token_use" };
	static const char *const of_id[] = { "aud", "identities", "cognito:username" };
	static const char *const of_access[] = { "username",   "client_id", "scope",
						 "device_key", "event_id",  "version" };

	for (size_t i = 0; i < sizeof(both) / sizeof(*both); i++)
		if (str_is(name, both[i]))
			return true;
	for (size_t i = 0; token == OF_ID && i < sizeof(of_id) / sizeof(*of_id); i++)
		if (str_is(name, of_id[i]))
			return true;
	for (size_t i = 0; token == OF_ACCESS && i < sizeof(of_access) / sizeof(*of_access); i++)
		if (str_is(name, of_access[i]))
			return true;
	return str_starts(name, STR("cognito:")) || str_starts(name, STR("aws:")) ||
	       str_starts(name, STR("dev:"));
}

static void change(struct json_object *claims, const struct issue *issue, int token)
{
	struct json_object *add = json_get(issue->changes[token], "claimsToAddOrOverride"),
			   *suppress = json_get(issue->changes[token], "claimsToSuppress");

	if (json_is_object(add)) {
		JSON_EACH(add, key, value)
		{
			if (!is_fixed(str_of(key), token))
				json_set(claims, key, json_object_get(value));
		}
	}
	for (size_t i = 0; i < json_count(suppress); i++) {
		struct str name = json_str(json_at(suppress, i));

		if (name.p && !is_fixed(name, token))
			json_object_object_del(claims, name.p);
	}
}

/* --- claims -------------------------------------------------------------------------------------------------- */

static void add_groups(const struct issue *issue, struct json_object *claims, bool roles)
{
	if (json_count(issue->groups))
		json_set(claims, "cognito:groups", json_object_get(issue->groups));
	if (!roles || !json_count(issue->roles))
		return;
	if (issue->preferred_role.p)
		json_set_str(claims, "cognito:preferred_role", issue->preferred_role);
	json_set(claims, "cognito:roles", json_object_get(issue->roles));
}

/* A scope of the hosted login lets a client see what it names; without such scopes, all that it may read. */
static bool may_tell(const struct issue *issue, struct str name)
{
	static const struct {
		const char *scope, *begins;
	} asked[] = { { "email", "email" }, { "phone", "phone_number" } };

	if (!idp_client_may(issue->how->client, "ReadAttributes", name) ||
	    str_starts(name, STR("dev:")))
		return false;
	if (!issue->how->scope.p || idp_scope_has(issue->how->scope, "profile") ||
	    idp_scope_has(issue->how->scope, IDP_OWN_SCOPE))
		return true;
	for (size_t i = 0; i < 2; i++)
		if (str_starts(name, str_of(asked[i].begins)))
			return idp_scope_has(issue->how->scope, asked[i].scope);
	return false;
}

static void add_attributes(const struct issue *issue, struct json_object *claims)
{
	JSON_EACH(issue->how->user->attributes, key, value)
	{
		struct str name = str_of(key);

		if (!may_tell(issue, name))
			continue;
		if (str_ends(name, STR("_verified")))
			json_set_bool(claims, key, str_eq_nocase(json_str(value), STR("true")));
		else
			json_set_str(claims, key, json_str(value));
	}
}

/* What both kinds of token say. */
static void add_common(struct op *op, const struct issue *issue, struct json_object *claims,
		       const char *validity)
{
	int64_t now = op->now / 1000;

	json_set_str(claims, "iss", idp_issuer(op, issue->how->pool->id));
	if (json_bool_or(json_get(issue->how->client->settings, "EnableTokenRevocation"), true))
		json_set_str(claims, "origin_jti", issue->grant->origin_jti);
	json_set_str(claims, "event_id", issue->event_id);
	json_set_int(claims, "auth_time", issue->grant->auth_time);
	json_set_int(claims, "exp", now + idp_client_validity(issue->how->client, validity));
	json_set_int(claims, "iat", now);
	json_set_str(claims, "jti", hash_uuid(op->arena));
}

struct json_object *idp_id_claims(struct op *op, const struct issue *issue)
{
	struct json_object *claims = json_new_object(op->arena);
	const struct sign_in *how = issue->how;

	json_set_str(claims, "sub", how->user->sub);
	add_groups(issue, claims, true);
	add_attributes(issue, claims);
	json_set_str(claims, "cognito:username", how->user->name);
	json_set_str(claims, "aud", how->client->id);
	json_set_cstr(claims, "token_use", "id");
	if (how->nonce.p)
		json_set_str(claims, "nonce", how->nonce);
	add_common(op, issue, claims, "IdToken");
	change(claims, issue, OF_ID);
	return claims;
}

struct json_object *idp_access_claims(struct op *op, const struct issue *issue)
{
	struct json_object *claims = json_new_object(op->arena);
	const struct sign_in *how = issue->how;

	json_set_str(claims, "sub", how->user->sub);
	add_groups(issue, claims, false);
	if (how->device.p)
		json_set_str(claims, "device_key", how->device);
	json_set_str(claims, "client_id", how->client->id);
	json_set_cstr(claims, "token_use", "access");
	json_set_str(claims, "scope", issue->scope);
	json_set_str(claims, "username", how->user->name);
	add_common(op, issue, claims, "AccessToken");
	if (how->scope.p)
		json_set_int(claims, "version", 2);
	change(claims, issue, OF_ACCESS);
	return claims;
}

struct json_object *idp_client_claims(struct op *op, const struct pool *pool,
				      const struct client *client, struct str scope)
{
	struct json_object *claims = json_new_object(op->arena);
	int64_t now = op->now / 1000;

	json_set_str(claims, "sub", client->id);
	json_set_cstr(claims, "token_use", "access");
	json_set_str(claims, "scope", scope);
	json_set_int(claims, "auth_time", now);
	json_set_str(claims, "iss", idp_issuer(op, pool->id));
	json_set_int(claims, "exp", now + idp_client_validity(client, "AccessToken"));
	json_set_int(claims, "iat", now);
	json_set_int(claims, "version", 2);
	json_set_str(claims, "jti", hash_uuid(op->arena));
	json_set_str(claims, "client_id", client->id);
	return claims;
}
