#ifndef CLOUD_COGNITO_SCHEMA_H
#define CLOUD_COGNITO_SCHEMA_H

#include "cloud/cognito/pool.h"

/* A pool's attributes: the standard ones of OpenID Connect, and those that the pool adds ("custom:team"). */
struct attribute {
	struct str name;
	struct str type; /* "String", "Number", "DateTime", "Boolean" */
	bool mutable, required;
	int64_t min, max; /* of a string's length or a number's value */
};

/* The attribute of that name; false when the pool has none. */
bool idp_schema_find(const struct pool *pool, struct str name, struct attribute *out);
/* SchemaAttributes, as DescribeUserPool answers them. */
struct json_object *idp_schema_print(struct op *op, const struct pool *pool);
/*
 * Take the SchemaAttributeType list of a request into the pool's settings; false with the error set. `custom_only`:
 * AddCustomAttributes, whose names are never those of standard attributes.
 */
bool idp_schema_add(struct op *op, struct pool *pool, struct json_object *list, bool custom_only);

/* Who writes attributes: what they may do differs. */
enum writer {
	WRITER_SIGN_UP, /* a user who comes into being: required ones must be there */
	WRITER_CREATE,  /* the same, by an administrator */
	WRITER_USER,    /* a user's own */
	WRITER_ADMIN,
};
/*
 * Check a list of {Name, Value} against the schema, and the client's permissions unless it is NULL; put them into
 * `attributes`. False with the error set. An empty value removes the attribute.
 */
bool idp_schema_take(struct op *op, const struct pool *pool, const struct client *client,
		     enum writer writer, struct json_object *list, struct json_object *attributes);
/* The same of a request's UserAttributeNames: take them out of `attributes`. */
bool idp_schema_drop(struct op *op, const struct pool *pool, const struct client *client,
		     enum writer writer, struct json_object *attributes);
/* Forms that AWS insists on. */
bool idp_is_email(struct str s);
bool idp_is_phone(struct str s);

#endif
