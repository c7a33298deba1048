/*
 * Log groups: names, retention, keys and tags.
 * From: CloudWatch Logs API Reference, CreateLogGroup, DescribeLogGroups, PutRetentionPolicy, TagResource.
 */
#include "base/hash.h"
#include "cloud/logs/inside.h"

enum {
	NAME_MAX = 512,
	GROUPS_PAGE = 50,
	TAGS_MAX = 50,
	DAY_MS = 24 * 3600 * 1000,
	EXPIRE_EVERY_MS = 3600 * 1000
};

/* --- finding ------------------------------------------------------------------------- */

struct str group_arn(struct op *op, struct str name)
{
	return op_arn(op, "logs", "log-group:%.*s", STR_ARG(name));
}

struct str logs_name_here(struct op *op)
{
	return arena_strf(op->arena, "logs.%s.amazonaws.com", op->region);
}

struct str group_name_of(struct op *op, struct str identifier)
{
	struct str ours = op_arn(op, "logs", "log-group:");

	if (str_starts(identifier, ours))
		identifier = str_slice(identifier, ours.n, identifier.n);
	return str_ends(identifier, STR(":*")) ? str_slice(identifier, 0, identifier.n - 2)
					       : identifier;
}

bool group_find(struct op *op, struct str name, struct log_group *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT id, name, created_at, bytes, retention, class, kms_key, protected"
			 " FROM logs_group WHERE name = ?",
			 "s", name);

	if (!stmt_row(q))
		return false;
	*out = (struct log_group){
		.id = stmt_int(q, 0),
		.name = stmt_dup(q, 1, op->arena),
		.created_at = stmt_int(q, 2),
		.bytes = stmt_int(q, 3),
		.retention_days = stmt_int(q, 4),
		.class = stmt_dup(q, 5, op->arena),
		.kms_key = stmt_str(q, 6).p ? stmt_dup(q, 6, op->arena) : STR_NONE,
		.protected = stmt_int(q, 7),
	};
	stmt_done(q);
	return true;
}

static bool no_group(struct op *op)
{
	op_fail(op, &LogsNotFound, "The specified log group does not exist.");
	return false;
}

/* Are the names of group and stream short enough? False with the error set. */
static bool names_good(struct op *op)
{
	if (op_str(op, "logGroupName").n <= NAME_MAX && op_str(op, "logStreamName").n <= NAME_MAX)
		return true;
	op_fail(op, &LogsInvalidParameter,
		"Invalid LogGroup or LogStream, both must have length less than or equal to %d.",
		NAME_MAX);
	return false;
}

bool group_get(struct op *op, struct log_group *out)
{
	struct str name = op_str(op, "logGroupName"), identifier = op_str(op, "logGroupIdentifier");

	if (!names_good(op))
		return false;
	if (name.p && identifier.p) {
		op_fail(op, &LogsValidation,
			"LogGroup name and LogGroup ARN are mutually exclusive parameters.");
		return false;
	}
	if (!name.p && !identifier.p) {
		op_fail(op, &LogsInvalidParameter,
			"Exactly one of logGroupName and logGroupIdentifier must be specified.");
		return false;
	}
	return group_find(op, name.p ? name : group_name_of(op, identifier), out) || no_group(op);
}

/* --- making and removing ---------------------------------------------------------------- */

void group_add(struct op *op, struct str name, const char *class, struct log_group *out)
{
	db_run(op->db, "INSERT INTO logs_group (name, created_at, class) VALUES (?, ?, ?)", "siz",
	       name, op->now, class);
	*out = (struct log_group){ .id = db_last_id(op->db),
				   .name = name,
				   .created_at = op->now,
				   .class = str_of(class) };
}

enum outcome logs_op_create_log_group(struct op *op)
{
	struct str name = op_str(op, "logGroupName"), key = op_str(op, "kmsKeyId");
	struct json_object *tags = op_get(op, "tags");
	struct log_group group;

	if (!names_good(op))
		return FAILED;
	if (group_find(op, name, &group))
		return op_fail(op, &LogsAlreadyExists, "The specified log group already exists");
	if (str_starts(name, STR("aws/")))
		return op_fail(op, &LogsInvalidParameter,
			       "Log groups starting with AWS/ are reserved for AWS.");
	group_add(op, name, arena_cstr(op->arena, op_str_or(op, "logGroupClass", "STANDARD")),
		  &group);
	db_run(op->db, "UPDATE logs_group SET kms_key = ?, tags = ?, protected = ? WHERE id = ?",
	       "ssii", key, tags ? json_text(op->arena, tags) : STR("{}"),
	       op_bool_or(op, "deletionProtectionEnabled", false), group.id);
	return DONE;
}

enum outcome logs_op_delete_log_group(struct op *op)
{
	struct json_object *what = json_new_object(op->arena);
	struct log_group group;

	if (!group_get(op, &group))
		return FAILED;
	if (group.protected)
		return op_fail(op, &LogsValidation,
			       "Cannot delete log group with deletion protection enabled. Disable "
			       "deletion protection first.");
	db_run(op->db, "DELETE FROM logs_group WHERE id = ?", "i", group.id);
	db_run(op->db, "DELETE FROM logs_stream WHERE group_id = ?", "i", group.id);
	db_run(op->db, "DELETE FROM logs_filter WHERE group_id = ?", "i", group.id);
	json_set_int(what, "Group", group.id);
	job_add(op, &logs_jobs[LOGS_DROP], op->now, NULL, what);
	return DONE;
}

enum outcome logs_op_put_log_group_deletion_protection(struct op *op)
{
	struct log_group group;

	if (!group_get(op, &group))
		return FAILED;
	db_run(op->db, "UPDATE logs_group SET protected = ? WHERE id = ?", "ii",
	       op_bool_or(op, "deletionProtectionEnabled", false), group.id);
	return DONE;
}

/* --- listing ------------------------------------------------------------------------------ */

bool page_begin(struct op *op, struct str *after)
{
	struct str token = op_str(op, "nextToken");
	unsigned char *bytes = arena_alloc(op->arena, token.n / 2 + 1);

	*after = STR("");
	if (!token.p)
		return true;
	*after = str_make(bytes, token.n / 2);
	if (hash_unhex(token, bytes, token.n / 2) && str_is_utf8(*after))
		return true;
	op_fail(op, &LogsInvalidParameter, "The specified nextToken is invalid.");
	return false;
}

void page_end(struct op *op, struct str last)
{
	char *hex = arena_alloc(op->arena, 2 * last.n + 1);

	hash_hex(last.p, last.n, hex);
	json_set_cstr(op->out, "nextToken", hex);
}

static void describe(struct op *op, struct json_object *list, struct stmt *q)
{
	struct json_object *o = json_add_object(list);
	struct str arn = group_arn(op, stmt_str(q, 0));

	json_set_str(o, "logGroupName", stmt_str(q, 0));
	json_set_int(o, "creationTime", stmt_int(q, 1));
	if (stmt_int(q, 3))
		json_set_int(o, "retentionInDays", stmt_int(q, 3));
	json_set_int(o, "metricFilterCount", stmt_int(q, 6));
	json_set_str(o, "arn", arena_strf(op->arena, "%.*s:*", STR_ARG(arn)));
	/* Not told when groups are looked for by a part of their name. */
	if (!op_has(op, "logGroupNamePattern")) {
		json_set_int(o, "storedBytes", stmt_int(q, 2));
		json_set_bool(o, "deletionProtectionEnabled", stmt_int(q, 7));
	}
	if (stmt_str(q, 5).p)
		json_set_str(o, "kmsKeyId", stmt_str(q, 5));
	json_set_str(o, "logGroupClass", stmt_str(q, 4));
	json_set_str(o, "logGroupArn", arn);
}

/* Is the group one of those that logGroupIdentifiers names? */
static bool is_named(struct op *op, struct str name)
{
	struct json_object *names = op_get(op, "logGroupIdentifiers");

	if (!names)
		return true;
	for (size_t i = 0; i < json_count(names); i++)
		if (str_eq(group_name_of(op, json_str(json_at(names, i))), name))
			return true;
	return false;
}

enum outcome logs_op_describe_log_groups(struct op *op)
{
	struct str prefix = op_str(op, "logGroupNamePrefix");
	struct str part = op_str(op, "logGroupNamePattern"), class = op_str(op, "logGroupClass");
	int64_t limit = op_int_or(op, "limit", GROUPS_PAGE);
	struct json_object *list = json_set_array(op->out, "logGroups");
	struct str after, last = STR("");
	struct stmt *q;

	if (prefix.p && part.p)
		return op_fail(op, &LogsInvalidParameter,
			       "LogGroup name prefix and LogGroup name pattern are mutually "
			       "exclusive parameters.");
	if (!page_begin(op, &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT name, created_at, bytes, retention, class, kms_key,"
		     " (SELECT count(*) FROM logs_filter f WHERE f.group_id = g.id AND"
		     " f.kind = 'metric'), protected"
		     " FROM logs_group g WHERE name > ?1 AND substr(name, 1, length(?2)) = ?2"
		     " AND instr(name, ?3) AND (?4 = '' OR class = ?4) ORDER BY name",
		     "ssss", after, prefix.p ? prefix : STR(""), part.p ? part : STR(""),
		     class.p ? class : STR(""));
	while (stmt_row(q)) {
		if (!is_named(op, stmt_str(q, 0)))
			continue;
		if ((int64_t)json_count(list) == limit) {
			page_end(op, last);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		describe(op, list, q);
	}
	stmt_done(q);
	return DONE;
}

/* "^api|worker": one of the alternatives, at the beginning or anywhere. */
static bool fits(struct str name, struct str alternatives)
{
	while (alternatives.p) {
		struct str one = str_cut(&alternatives, '|');

		if (str_starts(one, STR("^")) ? str_starts(name, str_slice(one, 1, one.n))
					      : str_find_str(name, one) >= 0)
			return true;
	}
	return false;
}

enum outcome logs_op_list_log_groups(struct op *op)
{
	struct str part = op_str(op, "logGroupNamePattern"), class = op_str(op, "logGroupClass");
	int64_t limit = op_int_or(op, "limit", GROUPS_PAGE);
	struct json_object *list = json_set_array(op->out, "logGroups"), *o;
	struct str after, last = STR("");
	struct stmt *q;

	if (!page_begin(op, &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT name, class FROM logs_group WHERE name > ? AND (?2 = '' OR class = ?2)"
		     " ORDER BY name",
		     "ss", after, class.p ? class : STR(""));
	while (stmt_row(q)) {
		if (part.p && !fits(stmt_str(q, 0), part))
			continue;
		if ((int64_t)json_count(list) == limit) {
			page_end(op, last);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		o = json_add_object(list);
		json_set_str(o, "logGroupName", last);
		json_set_str(o, "logGroupArn", group_arn(op, last));
		json_set_str(o, "logGroupClass", stmt_str(q, 1));
	}
	stmt_done(q);
	return DONE;
}

/* --- retention and keys ---------------------------------------------------------------------- */

#define DAYS                                                                                       \
	"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "  \
	"2922, 3288, 3653"

static bool is_permitted(int64_t days)
{
	struct str rest = STR(DAYS);
	int64_t permitted;

	while (rest.p)
		if (str_to_int(str_trim(str_cut(&rest, ',')), &permitted) && permitted == days)
			return true;
	return false;
}

enum outcome logs_op_put_retention_policy(struct op *op)
{
	int64_t days = op_int_or(op, "retentionInDays", 0);
	struct log_group group;

	if (!is_permitted(days))
		return op_fail(op, &LogsInvalidParameter,
			       "1 validation error detected: Value '%lld' at 'retentionInDays' "
			       "failed to satisfy constraint: Member must satisfy enum value set: "
			       "[" DAYS "]",
			       (long long)days);
	if (!group_get(op, &group))
		return FAILED;
	db_run(op->db, "UPDATE logs_group SET retention = ? WHERE id = ?", "ii", days, group.id);
	job_add(op, &logs_jobs[LOGS_EXPIRE], op->now, "expire", NULL);
	return DONE;
}

enum outcome logs_op_delete_retention_policy(struct op *op)
{
	struct log_group group;

	if (!group_get(op, &group))
		return FAILED;
	db_run(op->db, "UPDATE logs_group SET retention = 0 WHERE id = ?", "i", group.id);
	return DONE;
}

int64_t events_expired(const struct op *op, const struct log_group *group)
{
	return group->retention_days ? op->now - group->retention_days * DAY_MS : INT64_MIN;
}

static enum outcome set_key(struct op *op, struct str key)
{
	struct str resource = op_str(op, "resourceIdentifier");
	struct log_group group;

	if (resource.p && !op_has(op, "logGroupName"))
		json_set_str(op->in, "logGroupIdentifier", resource);
	if (!group_get(op, &group))
		return FAILED;
	db_run(op->db, "UPDATE logs_group SET kms_key = ? WHERE id = ?", "si", key, group.id);
	return DONE;
}

enum outcome logs_op_associate_kms_key(struct op *op)
{
	return set_key(op, op_str(op, "kmsKeyId"));
}

enum outcome logs_op_disassociate_kms_key(struct op *op)
{
	return set_key(op, STR_NONE);
}

/* --- tags --------------------------------------------------------------------------------------- */

/* The group whose tags are meant, by name or ARN; false with the error set. */
static bool tagged(struct op *op, struct log_group *out, struct json_object **tags)
{
	struct str arn = op_str(op, "resourceArn"), name = op_str(op, "logGroupName");
	struct stmt *q;

	if (arn.p && str_find_str(arn, STR(":log-group:")) < 0) {
		op_fail(op, &LogsInvalidParameter, "Invalid ARN: %.*s", STR_ARG(arn));
		return false;
	}
	if (!group_find(op, name.p ? name : group_name_of(op, arn), out)) {
		op_fail(op, &LogsNotFound, "%s",
			name.p ? "The specified log group does not exist."
			       : "The specified resource does not exist.");
		return false;
	}
	q = db_query(op->db, "SELECT tags FROM logs_group WHERE id = ?", "i", out->id);
	*tags = stmt_row(q) ? json_parse(op->arena, stmt_str(q, 0), NULL) : NULL;
	stmt_done(q);
	return *tags;
}

static enum outcome save_tags(struct op *op, const struct log_group *group,
			      struct json_object *tags)
{
	if (json_count(tags) > TAGS_MAX)
		return op_fail(op, &LogsTooManyTags, "The number of tags exceeds the limit of %d.",
			       TAGS_MAX);
	db_run(op->db, "UPDATE logs_group SET tags = ? WHERE id = ?", "si",
	       json_text(op->arena, tags), group->id);
	return DONE;
}

enum outcome logs_op_tag_resource(struct op *op)
{
	struct json_object *tags = NULL;
	struct log_group group;

	if (!tagged(op, &group, &tags))
		return FAILED;
	JSON_EACH(op_get(op, "tags"), key, value)
	{
		json_set(tags, key, json_object_get(value));
	}
	return save_tags(op, &group, tags);
}

static enum outcome untag(struct op *op, struct json_object *keys)
{
	struct json_object *tags = NULL;
	struct log_group group;

	if (!tagged(op, &group, &tags))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(tags, arena_cstr(op->arena, json_str(json_at(keys, i))));
	return save_tags(op, &group, tags);
}

enum outcome logs_op_untag_resource(struct op *op)
{
	return untag(op, op_get(op, "tagKeys"));
}

enum outcome logs_op_untag_log_group(struct op *op)
{
	return untag(op, op_get(op, "tags"));
}

enum outcome logs_op_list_tags_for_resource(struct op *op)
{
	struct json_object *tags = NULL;
	struct log_group group;

	if (!tagged(op, &group, &tags))
		return FAILED;
	json_set(op->out, "tags", json_object_get(tags));
	return DONE;
}

enum outcome logs_op_list_tags_log_group(struct op *op)
{
	return logs_op_list_tags_for_resource(op);
}

enum outcome logs_op_tag_log_group(struct op *op)
{
	return logs_op_tag_resource(op);
}

/* --- events that are not kept any longer --------------------------------------------------------- */

enum { SLICE = 2000 };

/* Again for the next slice, when this one was full. */
static enum outcome go_on(struct op *op, int kind, const char *key, bool full, int64_t otherwise)
{
	if (full)
		job_add(op, &logs_jobs[kind], op->now, key, op->in);
	else if (otherwise)
		job_add(op, &logs_jobs[kind], otherwise, key, op->in);
	return DONE;
}

enum outcome logs_job_drop(struct op *op)
{
	if (op_has(op, "Group"))
		db_run(op->db,
		       "DELETE FROM logs_event WHERE id IN (SELECT id FROM logs_event"
		       " WHERE group_id = ? LIMIT ?)",
		       "ii", op_int_or(op, "Group", 0), (int64_t)SLICE);
	else
		db_run(op->db,
		       "DELETE FROM logs_event WHERE id IN (SELECT id FROM logs_event"
		       " WHERE stream_id = ? LIMIT ?)",
		       "ii", op_int_or(op, "Stream", 0), (int64_t)SLICE);
	return go_on(op, LOGS_DROP, NULL, db_changes(op->db) == SLICE, 0);
}

/* A slice of one group's old events; true when it was full. */
static bool expire(struct op *op, int64_t group, int64_t before)
{
	int64_t bytes =
		db_int(op->db, 0,
		       "SELECT sum(length(CAST(message AS BLOB)) + 26) FROM (SELECT message FROM"
		       " logs_event WHERE group_id = ? AND at < ? ORDER BY at LIMIT ?)",
		       "iii", group, before, (int64_t)SLICE);

	db_run(op->db,
	       "DELETE FROM logs_event WHERE id IN (SELECT id FROM logs_event"
	       " WHERE group_id = ? AND at < ? ORDER BY at LIMIT ?)",
	       "iii", group, before, (int64_t)SLICE);
	if (!db_changes(op->db))
		return false;
	db_run(op->db, "UPDATE logs_group SET bytes = max(0, bytes - ?) WHERE id = ?", "ii", bytes,
	       group);
	return true;
}

enum outcome logs_job_expire(struct op *op)
{
	struct stmt *q = db_query(op->db,
				  "SELECT id, retention FROM logs_group WHERE retention > 0 AND"
				  " EXISTS (SELECT 1 FROM logs_event e WHERE e.group_id ="
				  " logs_group.id AND e.at < ? - retention * 86400000)",
				  "i", op->now);
	bool more = false, any;
	int64_t group = 0, days = 0;

	any = stmt_row(q);
	if (any) {
		group = stmt_int(q, 0);
		days = stmt_int(q, 1);
	}
	stmt_done(q);
	if (any)
		more = expire(op, group, op->now - days * DAY_MS);
	any = db_int(op->db, 0, "SELECT count(*) FROM logs_group WHERE retention > 0", "");
	return go_on(op, LOGS_EXPIRE, "expire", more, any ? op->now + EXPIRE_EVERY_MS : 0);
}
