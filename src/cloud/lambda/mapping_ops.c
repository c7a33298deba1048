/* The operations on event source mappings; see mapping.h. */
#include "cloud/lambda/mapping.h"

#include "base/hash.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/settings.h"

enum { LIST_MAX = 100 };

static const struct aws_error ResourceInUseException = { "ResourceInUseException", 400, NULL,
							 true };

static struct str role_of(const struct function *f)
{
	return json_get_str(f->config, "Role");
}

/* May the function's role read the stream? False with the error set. */
static bool can_read(struct op *op, struct mapping *m, const struct function *f)
{
	const char *why = "";
	struct str source = m->source;

	if (!mapping_check_target(op, f))
		return false;
	if (mapping_is_queue(source))
		return mapping_queue_probe(op, m, f);
	return mapping_probe(op, source, role_of(f), &why) == MAPPING_READ ||
	       function_refuse(op, &InvalidParameterValueException, "%s", why);
}

static bool is_new(struct op *op, struct str source, const struct function_name *name)
{
	struct str uuid = mapping_between(op, source, name);

	return !uuid.n ||
	       function_refuse(op, &ResourceConflictException,
			       "The event source arn (\" %.*s \") and function (\" %.*s \") "
			       "provided mapping already exists. Please update or delete the "
			       "existing mapping with UUID %.*s",
			       STR_ARG(source), STR_ARG(name->name), STR_ARG(uuid));
}

/* It shall read from now on: one that begins with the latest record begins with the next one. */
static bool begin(struct op *op, struct mapping *m, const struct function *f)
{
	const char *why = "";

	if (!str_is(json_get_str(m->config, "StartingPosition"), "LATEST") ||
	    json_count(m->progress))
		return true;
	return mapping_pin(op, m, role_of(f)) == MAPPING_READ ||
	       function_refuse(op, &InvalidParameterValueException, "%s", why);
}

static void set_function(struct mapping *m, const struct function_name *name)
{
	m->name = name->name;
	m->qualifier = name->qualifier.n ? name->qualifier : STR("");
}

enum outcome lambda_op_create_mapping(struct op *op)
{
	bool enabled = op_bool_or(op, "Enabled", true);
	struct mapping m = { .uuid = hash_uuid(op->arena),
			     .source = op_str(op, "EventSourceArn"),
			     .config = json_new_object(op->arena),
			     .progress = json_new_object(op->arena),
			     .result = STR("No records processed") };
	struct function_name name;
	struct function f;

	if (!mapping_check_source(op) || !mapping_check(op, m.source) ||
	    !mapping_check_function(op, &name, &f) || !is_new(op, m.source, &name) ||
	    !can_read(op, &m, &f))
		return FAILED;
	db_run(op->db, "DELETE FROM lambda_mapping WHERE state = 'Deleted' AND settles_at <= ?",
	       "i", op->now);
	if (!mapping_is_queue(m.source))
		json_set_str(m.config, "StartingPosition", op_str(op, "StartingPosition"));
	mapping_configure(op, m.source, m.config);
	set_function(&m, &name);
	if (enabled && !begin(op, &m, &f))
		return FAILED;
	if (json_count(op_get(op, "Tags")) &&
	    !tags_add(op, mapping_tags(op, m.uuid), op_get(op, "Tags")))
		return FAILED;
	mapping_go(op, &m, "Creating", enabled ? "Enabled" : "Disabled");
	mapping_add(op, &m);
	mapping_schedule(op, &m, m.settles_at);
	mapping_describe(op, &m, op->out);
	return DONE;
}

/* The one that the operation names; false with the error set. */
static bool named(struct op *op, struct mapping *m)
{
	return mapping_find(op, op_str(op, "UUID"), m) ||
	       function_refuse(op, &LambdaNotFound, "The resource you requested does not exist.");
}

/* Nothing else is being done to it. False with the error set. */
static bool is_settled(struct op *op, const struct mapping *m, const char *what)
{
	return op->now >= m->settles_at ||
	       function_refuse(op, &ResourceInUseException,
			       "Cannot %s the event source mapping because it is in use.", what);
}

enum outcome lambda_op_get_mapping(struct op *op)
{
	struct mapping m;

	if (!named(op, &m))
		return FAILED;
	mapping_describe(op, &m, op->out);
	return DONE;
}

/* What the mapping will be after an update, and what it is called meanwhile. */
static void go(struct op *op, struct mapping *m)
{
	bool was = strcmp(m->state, "Enabled") == 0;
	bool will = op_bool_or(op, "Enabled", was);

	mapping_go(op, m,
		   was == will ? "Updating"
		   : will      ? "Enabling"
			       : "Disabling",
		   will ? "Enabled" : "Disabled");
}

/* It may be given to another function. False with the error set. */
static bool change_function(struct op *op, struct mapping *m)
{
	struct function_name name;
	struct function f;

	if (!op_has(op, "FunctionName"))
		return true;
	if (!mapping_check_function(op, &name, &f))
		return false;
	if (!str_eq(name.name, m->name) ||
	    !str_eq(name.qualifier.n ? name.qualifier : STR(""), m->qualifier))
		if (!is_new(op, m->source, &name))
			return false;
	set_function(m, &name);
	return true;
}

/* Are function, stream and permission there (still)? False with the error set. */
static bool can_begin(struct op *op, struct mapping *m)
{
	struct function f;

	if (!function_resolve(op, m->name, m->qualifier, &f))
		return function_refuse(op, &InvalidParameterValueException,
				       "Function does not exist");
	return can_read(op, m, &f) && begin(op, m, &f);
}

enum outcome lambda_op_update_mapping(struct op *op)
{
	struct mapping m;

	if (!named(op, &m) || !is_settled(op, &m, "update") || !mapping_check(op, m.source) ||
	    !change_function(op, &m))
		return FAILED;
	go(op, &m);
	mapping_configure(op, m.source, m.config);
	if (strcmp(m.state, "Enabled") == 0 && !can_begin(op, &m))
		return FAILED;
	mapping_save(op, &m);
	mapping_schedule(op, &m, m.settles_at);
	mapping_describe(op, &m, op->out);
	return DONE;
}

enum outcome lambda_op_delete_mapping(struct op *op)
{
	struct mapping m;

	if (!named(op, &m) || !is_settled(op, &m, "delete"))
		return FAILED;
	mapping_go(op, &m, "Deleting", "Deleted");
	mapping_save(op, &m);
	mapping_schedule(op, &m, m.settles_at);
	mapping_describe(op, &m, op->out);
	return DONE;
}

enum outcome lambda_op_list_mappings(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "EventSourceMappings");
	struct str source = op_str_or(op, "EventSourceArn", "");
	struct function_name n = function_name_split(op_str_or(op, "FunctionName", ""));
	struct str uuids = STR(""), qualifier = n.qualifier.n ? n.qualifier : STR("");
	struct stmt *q;
	struct mapping m;

	if (!function_name_is_here(op, &n))
		return FAILED;
	q = db_query(op->db,
		     "SELECT coalesce(group_concat(uuid, ' '), '') FROM (SELECT uuid"
		     " FROM lambda_mapping WHERE (? = '' OR source = ?)"
		     " AND (? = '' OR (name = ? AND qualifier = ?)) ORDER BY id)",
		     "sssss", source, source, n.name, n.name, qualifier);
	if (stmt_row(q))
		uuids = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	while (uuids.n)
		if (mapping_find(op, str_cut(&uuids, ' '), &m))
			mapping_describe(op, &m, json_add_object(list));
	return function_page(op, "EventSourceMappings", LIST_MAX);
}
