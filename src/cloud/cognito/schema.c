/* Attributes of pools; see schema.h. */
#include "cloud/cognito/schema.h"

#include <inttypes.h>

#include "cloud/cognito/errors.h"

/* From: Developer Guide, "Working with user attributes"; in the order of DescribeUserPool. */
static const struct standard {
	const char *name, *type;
	int min, max;
} standards[] = {
	{ "profile", "String", 0, 2048 },
	{ "address", "String", 0, 2048 },
	{ "birthdate", "String", 10, 10 },
	{ "gender", "String", 0, 2048 },
	{ "preferred_username", "String", 0, 2048 },
	{ "updated_at", "Number", 0, -1 },
	{ "website", "String", 0, 2048 },
	{ "picture", "String", 0, 2048 },
	{ "identities", "String", -1, -1 },
	{ "sub", "String", 1, 2048 },
	{ "phone_number", "String", 0, 2048 },
	{ "phone_number_verified", "Boolean", -1, -1 },
	{ "zoneinfo", "String", 0, 2048 },
	{ "locale", "String", 0, 2048 },
	{ "email", "String", 0, 2048 },
	{ "email_verified", "Boolean", -1, -1 },
	{ "given_name", "String", 0, 2048 },
	{ "family_name", "String", 0, 2048 },
	{ "middle_name", "String", 0, 2048 },
	{ "name", "String", 0, 2048 },
	{ "nickname", "String", 0, 2048 },
};
enum { STRING_MAX = 2048 };
#define STANDARDS (sizeof(standards) / sizeof(standards[0]))

static const struct standard *standard_find(struct str name)
{
	for (size_t i = 0; i < STANDARDS; i++)
		if (str_is(name, standards[i].name))
			return &standards[i];
	return NULL;
}

/* What the pool itself says of an attribute, or NULL. */
static struct json_object *named(const struct pool *pool, struct str name)
{
	struct json_object *all = json_get(pool->settings, "Schema");

	for (size_t i = 0; i < json_count(all); i++)
		if (str_eq(json_get_str(json_at(all, i), "Name"), name))
			return json_at(all, i);
	return NULL;
}

static int64_t bound(struct json_object *own, const char *constraints, const char *name,
		     int64_t otherwise)
{
	int64_t n;

	return str_to_int(json_get_str(json_get(own, constraints), name), &n) ? n : otherwise;
}

bool idp_schema_find(const struct pool *pool, struct str name, struct attribute *out)
{
	const struct standard *standard = standard_find(name);
	struct json_object *own = named(pool, name);
	bool number;

	if (!standard && !own)
		return false;
	*out = (struct attribute){
		.name = name,
		.type = standard ? str_of(standard->type) : json_get_str(own, "AttributeDataType"),
		.mutable = json_bool_or(json_get(own, "Mutable"), !str_is(name, "sub")),
		.required = json_bool_or(json_get(own, "Required"), false),
	};
	number = str_is(out->type, "Number");
	out->min = number ? bound(own, "NumberAttributeConstraints", "MinValue", INT64_MIN)
			  : bound(own, "StringAttributeConstraints", "MinLength",
				  standard && standard->min > 0 ? standard->min : 0);
	out->max = number ? bound(own, "NumberAttributeConstraints", "MaxValue", INT64_MAX)
			  : bound(own, "StringAttributeConstraints", "MaxLength",
				  standard && standard->max > 0 ? standard->max : 2048);
	return true;
}

/* --- telling ----------------------------------------------------------------------------------- */

static void print_standard(struct op *op, struct json_object *o, const struct standard *standard)
{
	struct json_object *constraints;

	if (strcmp(standard->type, "Boolean") == 0)
		return;
	if (strcmp(standard->type, "Number") == 0) {
		constraints = json_set_object(o, "NumberAttributeConstraints");
		json_set_cstr(constraints, "MinValue", "0");
		return;
	}
	constraints = json_set_object(o, "StringAttributeConstraints");
	if (standard->min >= 0)
		json_set_str(constraints, "MinLength", arena_strf(op->arena, "%d", standard->min));
	if (standard->max >= 0)
		json_set_str(constraints, "MaxLength", arena_strf(op->arena, "%d", standard->max));
}

static void print_attribute(struct op *op, struct json_object *list, const struct pool *pool,
			    struct str name)
{
	static const char *const constraints[] = { "StringAttributeConstraints",
						   "NumberAttributeConstraints" };
	const struct standard *standard = standard_find(name);
	struct json_object *o = json_add_object(list), *own = named(pool, name);
	struct attribute attribute;

	idp_schema_find(pool, name, &attribute);
	json_set_str(o, "Name", name);
	json_set_str(o, "AttributeDataType", attribute.type);
	json_set_bool(o, "DeveloperOnlyAttribute", str_starts(name, STR("dev:")));
	json_set_bool(o, "Mutable", attribute.mutable);
	json_set_bool(o, "Required", attribute.required || str_is(name, "sub"));
	if (standard && !json_get(own, constraints[0]) && !json_get(own, constraints[1])) {
		print_standard(op, o, standard);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (json_get(own, constraints[i]))
			json_set(o, constraints[i], json_object_get(json_get(own, constraints[i])));
		else if (str_is(attribute.type, i ? "Number" : "String"))
			json_set_object(o, constraints[i]);
}

struct json_object *idp_schema_print(struct op *op, const struct pool *pool)
{
	struct json_object *list = json_new_array(op->arena),
			   *all = json_get(pool->settings, "Schema");

	for (size_t i = 0; i < STANDARDS; i++)
		print_attribute(op, list, pool, str_of(standards[i].name));
	for (size_t i = 0; i < json_count(all); i++)
		if (!standard_find(json_get_str(json_at(all, i), "Name")))
			print_attribute(op, list, pool, json_get_str(json_at(all, i), "Name"));
	return list;
}

/* --- declaring ----------------------------------------------------------------------------------- */

static bool bad(struct op *op, const char *format, struct str name)
{
	/* The formats are those below, with one "%.*s" each. */
	const char *at = strstr(format, "%.*s");

	op_fail(op, &InvalidParameterException, "%.*s%.*s%s", (int)(at - format), format,
		STR_ARG(name), at + 4);
	return false;
}

static bool check_standard(struct op *op, const struct standard *standard,
			   struct json_object *asked)
{
	struct str type = json_get_str(asked, "AttributeDataType");

	if ((type.p && !str_is(type, standard->type)) ||
	    json_bool_or(json_get(asked, "DeveloperOnlyAttribute"), false))
		return bad(op,
			   "You can not change AttributeDataType or set developerOnlyAttribute "
			   "for standard schema attribute %.*s",
			   str_of(standard->name));
	return true;
}

static struct str custom_name(struct op *op, struct json_object *asked)
{
	return arena_strf(op->arena, "%scustom:%.*s",
			  json_bool_or(json_get(asked, "DeveloperOnlyAttribute"), false) ? "dev:"
											 : "",
			  STR_ARG(json_get_str(asked, "Name")));
}

/* One of two numbers of a request's constraints; false with the error set when it is none. Absent: *out stays. */
static bool read_bound(struct op *op, const char *constraints, struct str name, struct str text,
		       int64_t *out)
{
	if (!text.p || str_to_int(text, out))
		return true;
	op_fail(op, &InvalidParameterException, "Invalid %s for schema attribute %.*s", constraints,
		STR_ARG(name));
	return false;
}

/* The constraints of the attribute's own type must be numbers, and leave something to write. */
static bool check_constraints(struct op *op, struct str name, struct json_object *asked,
			      bool number)
{
	const char *member = number ? "NumberAttributeConstraints" : "StringAttributeConstraints";
	struct json_object *given = json_get(asked, member);
	int64_t min = INT64_MIN, max = INT64_MAX;

	if (!read_bound(op, member, name, json_get_str(given, number ? "MinValue" : "MinLength"),
			&min) ||
	    !read_bound(op, member, name, json_get_str(given, number ? "MaxValue" : "MaxLength"),
			&max))
		return false;
	if (!number && (min > STRING_MAX || (max != INT64_MAX && max > STRING_MAX)))
		return bad(op,
			   "user.%.*s: String attributes cannot have a length of more than 2048",
			   name);
	if (min > max)
		return bad(op,
			   number ? "user.%.*s: Max value cannot be less than min value."
				  : "user.%.*s: Max length cannot be less than min length.",
			   name);
	return true;
}

/* Keep what was asked for an attribute of this type: constraints of other types are dropped. */
static void keep_one(struct json_object *own, struct json_object *asked, struct str type)
{
	JSON_EACH(asked, key, value)
	{
		bool other =
			(strcmp(key, "StringAttributeConstraints") == 0 &&
			 !str_is(type, "String")) ||
			(strcmp(key, "NumberAttributeConstraints") == 0 && !str_is(type, "Number"));

		if (!other)
			json_set(own, key, json_object_get(value));
	}
	json_set_str(own, "AttributeDataType", type);
	if (!json_get(own, "Mutable"))
		json_set_bool(own, "Mutable", true);
}

static bool add_one(struct op *op, struct pool *pool, struct json_object *asked, bool custom_only)
{
	struct str name = json_get_str(asked, "Name");
	const struct standard *standard = custom_only ? NULL : standard_find(name);
	struct json_object *all = json_get(pool->settings, "Schema"), *own;
	struct str type = json_get_str(asked, "AttributeDataType");

	if (!name.p) {
		op_fail(op, &InvalidParameterException, "Missing required parameter name");
		return false;
	}
	if (standard && !check_standard(op, standard, asked))
		return false;
	if (!standard && json_bool_or(json_get(asked, "Required"), false)) {
		op_fail(op, &InvalidParameterException,
			"Required custom attributes are not supported currently.");
		return false;
	}
	if (standard)
		type = str_of(standard->type);
	else if (!type.p)
		return bad(op,
			   "Invalid AttributeDataType input, consider using the provided "
			   "AttributeDataType enum.%.*s",
			   STR(""));
	if ((str_is(type, "String") || str_is(type, "Number")) &&
	    !check_constraints(op, name, asked, str_is(type, "Number")))
		return false;
	name = standard ? name : custom_name(op, asked);
	if (named(pool, name)) {
		op_fail(op, &InvalidParameterException,
			"custom:%.*s: Existing attribute already has name %.*s.",
			STR_ARG(json_get_str(asked, "Name")), STR_ARG(name));
		return false;
	}
	own = json_add_object(all);
	keep_one(own, asked, type);
	json_set_str(own, "Name", name);
	return true;
}

bool idp_schema_add(struct op *op, struct pool *pool, struct json_object *list, bool custom_only)
{
	if (!json_get(pool->settings, "Schema"))
		json_set_array(pool->settings, "Schema");
	for (size_t i = 0; i < json_count(list); i++)
		if (!add_one(op, pool, json_at(list, i), custom_only))
			return false;
	return true;
}

/* --- values ------------------------------------------------------------------------------------- */

bool idp_is_email(struct str s)
{
	struct str rest = s, name = str_cut(&rest, '@');

	if (!name.n || !rest.n || str_find(rest, '@') >= 0 || str_find(rest, '.') <= 0 ||
	    rest.p[rest.n - 1] == '.' || str_find_str(rest, STR("..")) >= 0)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || strchr("<>()[]\\,;:\"", s.p[i]))
			return false;
	return true;
}

bool idp_is_phone(struct str s)
{
	if (s.n < 2 || s.n > 16 || s.p[0] != '+')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static bool not_conforming(struct op *op, struct str name, const char *what)
{
	op_fail(op, &InvalidParameterException,
		"Attributes did not conform to the schema: %.*s: %s\n", STR_ARG(name), what);
	return false;
}

static bool check_type(struct op *op, const struct attribute *attribute, struct str value)
{
	int64_t n = (int64_t)value.n;
	bool number = str_is(attribute->type, "Number");

	if (number && !str_to_int(value, &n))
		return not_conforming(op, attribute->name, "Invalid number");
	if (str_is(attribute->type, "Boolean") && !str_eq_nocase(value, STR("true")) &&
	    !str_eq_nocase(value, STR("false")))
		return not_conforming(op, attribute->name, "Invalid boolean");
	if (!number && !str_is(attribute->type, "String"))
		return true;
	if (n < attribute->min)
		return not_conforming(op, attribute->name,
				      arena_printf(op->arena, "%s cannot be %s than %" PRId64,
						   number ? "Number" : "String",
						   number ? "less" : "shorter", attribute->min));
	if (n > attribute->max)
		return not_conforming(op, attribute->name,
				      arena_printf(op->arena, "%s cannot be %s than %" PRId64,
						   number ? "Number" : "String",
						   number ? "greater" : "longer", attribute->max));
	return true;
}

static bool check_form(struct op *op, struct str name, struct str value)
{
	if (str_is(name, "email") && !idp_is_email(value)) {
		op_fail(op, &InvalidParameterException, "Invalid email address format.");
		return false;
	}
	if (str_is(name, "phone_number") && !idp_is_phone(value)) {
		op_fail(op, &InvalidParameterException, "Invalid phone number format.");
		return false;
	}
	return true;
}

static bool may_write(struct op *op, const struct client *client, enum writer writer,
		      const struct attribute *attribute)
{
	struct str name = attribute->name;
	bool verdict = str_ends(name, STR("_verified")) || str_starts(name, STR("dev:"));

	if (str_is(name, "sub")) {
		op_fail(op, &InvalidParameterException,
			"Cannot modify the non-mutable attribute sub");
		return false;
	}
	if ((client && !idp_client_may(client, "WriteAttributes", name)) ||
	    (verdict && (writer == WRITER_USER || writer == WRITER_SIGN_UP))) {
		op_fail(op, &NotAuthorizedException,
			"A client attempted to write unauthorized attribute");
		return false;
	}
	if (!attribute->mutable && (writer == WRITER_USER || writer == WRITER_ADMIN)) {
		op_fail(op, &InvalidParameterException, "user.%.*s: Attribute cannot be updated.\n",
			STR_ARG(name));
		return false;
	}
	return true;
}

static bool take_one(struct op *op, const struct pool *pool, const struct client *client,
		     enum writer writer, struct json_object *asked, struct json_object *attributes)
{
	struct str name = json_get_str(asked, "Name"), value = json_get_str(asked, "Value");
	struct attribute attribute;
	const char *key = arena_cstr(op->arena, name);

	if (!idp_schema_find(pool, name, &attribute)) {
		op_fail(op, &InvalidParameterException,
			"Attributes did not conform to the schema: Type for attribute {%.*s} could not "
			"be determined",
			STR_ARG(name));
		return false;
	}
	if (!may_write(op, client, writer, &attribute))
		return false;
	if (!value.n) {
		json_object_object_del(attributes, key);
		return true;
	}
	if (!check_form(op, name, value) || !check_type(op, &attribute, value))
		return false;
	json_set_str(attributes, key, value);
	return true;
}

/* What is said of attributes of `list` that the pool does not have, a line each; empty when it has all. */
static struct str unknown(struct op *op, const struct pool *pool, struct json_object *list,
			  const char *head)
{
	struct attribute attribute;
	struct str lines = STR("");

	for (size_t i = 0; i < json_count(list); i++) {
		struct str name = json_get_str(json_at(list, i), "Name");

		if (!idp_schema_find(pool, name, &attribute))
			lines = arena_strf(op->arena,
					   "%.*s%s%.*s: Attribute does not exist in the schema.\n",
					   STR_ARG(lines), head, STR_ARG(name));
	}
	return lines;
}

/* Every required attribute that is not there, in the order of the schema. */
static bool check_required(struct op *op, const struct pool *pool, struct json_object *attributes)
{
	struct json_object *all = json_get(pool->settings, "Schema");
	struct str missing = STR("");

	for (size_t i = 0; i < json_count(all); i++) {
		struct str name = json_get_str(json_at(all, i), "Name");

		if (json_bool_or(json_get(json_at(all, i), "Required"), false) &&
		    !json_get_str(attributes, arena_cstr(op->arena, name)).n &&
		    !str_is(name, "sub"))
			missing = arena_strf(op->arena, "%.*s%.*s: The attribute is required\n",
					     STR_ARG(missing), STR_ARG(name));
	}
	if (!missing.n)
		return true;
	op_fail(op, &InvalidParameterException, "Attributes did not conform to the schema: %.*s",
		STR_ARG(missing));
	return false;
}

bool idp_schema_take(struct op *op, const struct pool *pool, const struct client *client,
		     enum writer writer, struct json_object *list, struct json_object *attributes)
{
	struct str lines = writer == WRITER_SIGN_UP ? unknown(op, pool, list, "") : STR("");

	if (lines.n) {
		op_fail(op, &InvalidParameterException,
			"Attributes did not conform to the schema: %.*s", STR_ARG(lines));
		return false;
	}
	for (size_t i = 0; i < json_count(list); i++)
		if (!take_one(op, pool, client, writer, json_at(list, i), attributes))
			return false;
	return writer != WRITER_SIGN_UP || check_required(op, pool, attributes);
}

bool idp_schema_drop(struct op *op, const struct pool *pool, const struct client *client,
		     enum writer writer, struct json_object *attributes)
{
	struct json_object *names = op_get(op, "UserAttributeNames"), *list;
	struct str lines;

	list = json_new_array(op->arena);
	for (size_t i = 0; i < json_count(names); i++)
		json_set_str(json_add_object(list), "Name", json_str(json_at(names, i)));
	lines = unknown(op, pool, list, "user.");
	if (lines.n) {
		op_fail(op, &InvalidParameterException, "Invalid user attributes: %.*s",
			STR_ARG(lines));
		return false;
	}
	return idp_schema_take(op, pool, client, writer, list, attributes);
}
