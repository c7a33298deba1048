#ifndef AWS_SHAPE_H
#define AWS_SHAPE_H

#include "base/json.h"

/*
 * Shapes: what an operation's input looks like, declared once as AWS's service model has it.
 *
 * From the declaration come the decoding of query forms and REST locations, the type errors
 * (SerializationException) and the constraint errors, in AWS's words and order ("2 validation errors
 * detected: Value '' at 'tableName' failed to satisfy constraint: ..."). Operations read op->in knowing
 * that it has this shape. The facts come from botocore's service-2.json.
 *
 *	static const struct shape table_name = { .type = SHAPE_STRING, .has_min = true, .min = 3, .max = 255,
 *						 .pattern = "[a-zA-Z0-9_.-]+" };
 *	static const struct shape_member get_item[] = {
 *		{ "TableName", &table_name, .required = true },
 *		{ "Key", &attribute_map, .required = true },
 *		{ "ConsistentRead", &shape_boolean },
 *		{ 0 }
 *	};
 *	static const struct shape get_item_input = SHAPE_STRUCT(get_item);
 */
enum shape_type {
	SHAPE_STRUCTURE,
	SHAPE_STRING,
	SHAPE_INTEGER, /* 32 bits */
	SHAPE_LONG,
	SHAPE_DOUBLE,
	SHAPE_BOOLEAN,
	SHAPE_TIMESTAMP,
	SHAPE_BLOB, /* stays base64 text in op->in */
	SHAPE_LIST,
	SHAPE_MAP,
	SHAPE_ANY, /* not looked into */
};

struct shape {
	enum shape_type type;
	bool has_min, has_max; /* of a string's or list's length, or of a number's value */
	int64_t min, max;
	const char *pattern; /* extended regular expression the whole string must match */
	/*
	 * Of an operation's own member: what is said in place of the pattern, once all else is well: "The specified
	 * value for roleName is invalid. It must ..." Without a value the pattern's sentence stands.
	 */
	const char *refusal;
	const char *const *values;   /* the enumeration, in the order AWS prints it; NULL-ended */
	const struct shape *key;     /* of a map; NULL: any string */
	const struct shape *element; /* of a list or of a map's values */
	const struct shape_member *members; /* of a structure; { 0 }-ended */
	bool secret;                        /* messages do not repeat the value */
	bool flat;                          /* query: a flattened list or map */
	bool told_null; /* of elements, keys: that they must not be null is told with their other constraints */
	const char *item_name; /* query: the list's element name; NULL: "member" */
	const char *key_name,
		*value_name; /* query: of a flattened map's entries: "Name", "Value" */
	/* A string that an ARN may stand for: `pattern` does not bind what begins with "arn:". */
	bool or_arn;
	bool or_empty; /* a string that may be empty, whatever `pattern` says */
	/*
	 * What is said of a value outside `values`, whole, by services that have newer words for it: "Failed to satisfy
	 * constraint: ...". Only where nothing that is required is missing.
	 */
	const char *newer_words;
	bool bare; /* those, without "1 validation error detected: " before them; of a member that `stops` */
	/*
	 * The same services on a length: the value is not quoted, and members are spelled as declared. Of a map: where
	 * it is quoted it stands there as JSON.
	 */
	bool newer_lengths;
	/* Of a structure: its Java class, which some messages print: "com.amazonaws.dynamodb.v20120810.KeySchemaElement". */
	const char *name;
	/* Of an input: the class of the body, which API Gateway names before its members: "putIntegrationInput.type". */
	const char *body;
};

enum shape_place { IN_BODY, IN_PATH, IN_QUERY, IN_HEADER, IN_PAYLOAD, IN_STATUS };

struct shape_member {
	const char *name;
	const struct shape *shape;
	bool required;
	enum shape_place place; /* REST protocols only */
	const char *wire_name;  /* when the wire calls it otherwise; NULL: name */
	/*
	 * Looked at before everything else, in DynamoDB's newer words: "The parameter 'TableName' is required
	 * but was not present in the request", "TableName must be at least 3 characters long and at most
	 * 255 characters long". Of an operation's own members only; instead of `required` and of the length.
	 */
	bool parameter;
	/*
	 * Looked at before the rest, and told alone when it breaks a constraint, as long as nothing that is required is
	 * missing: DynamoDB's table names.
	 */
	bool stops;
};

/* Of requests that are nested deeper than this the newer words are not used. */
#define SHAPE_NEWER_DEPTH_MAX 128

#define SHAPE_STRUCT(member_table)                                                                 \
	{                                                                                          \
		.type = SHAPE_STRUCTURE, .members = (member_table)                                 \
	}
#define SHAPE_LIST_OF(shape_ptr)                                                                   \
	{                                                                                          \
		.type = SHAPE_LIST, .element = (shape_ptr)                                         \
	}
#define SHAPE_MAP_OF(shape_ptr)                                                                    \
	{                                                                                          \
		.type = SHAPE_MAP, .element = (shape_ptr)                                          \
	}

/* Shapes without constraints. */
extern const struct shape shape_string, shape_integer, shape_long, shape_double, shape_boolean,
	shape_timestamp, shape_blob, shape_any, shape_string_list, shape_string_map;

/* The member of a structure that is called so in the model, or NULL. */
const struct shape_member *shape_member(const struct shape *structure, struct str name);

/*
 * Check `in` against `shape`. Types first: false with *serialization set to AWS's sentence. Then every
 * constraint in the members' order: false with *validation set to the whole "N validation
 * errors detected: ..." text (ten at most), which repeats no value when `discreet`. Members that the shape does not know
 * are left alone, as AWS does.
 * `in` is made to fit where AWS is lenient: a null member is taken out, "true" becomes a boolean, 1.5 an integer.
 */
bool shape_check(const struct shape *shape, struct json_object *in, struct arena *a, bool discreet,
		 struct str *serialization, struct str *validation);

#endif
