/* Event source mappings as rows; see mapping.h. */
#include "cloud/lambda/mapping.h"

#include "base/pattern.h"

#define COLUMNS                                                                                    \
	"uuid, source, name, qualifier, config, passing, state, settles_at, modified_at, reason,"  \
	" result, progress"

static void read_row(struct op *op, struct stmt *q, struct mapping *out)
{
	*out = (struct mapping){
		.uuid = stmt_dup(q, 0, op->arena),
		.source = stmt_dup(q, 1, op->arena),
		.name = stmt_dup(q, 2, op->arena),
		.qualifier = stmt_dup(q, 3, op->arena),
		.config = json_parse(op->arena, stmt_dup(q, 4, op->arena), NULL),
		.passing = arena_cstr(op->arena, stmt_str(q, 5)),
		.state = arena_cstr(op->arena, stmt_str(q, 6)),
		.settles_at = stmt_int(q, 7),
		.modified_at = stmt_int(q, 8),
		.reason = stmt_dup(q, 9, op->arena),
		.result = stmt_dup(q, 10, op->arena),
		.progress = json_parse(op->arena, stmt_dup(q, 11, op->arena), NULL),
	};
}

bool mapping_find(struct op *op, struct str uuid, struct mapping *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT " COLUMNS " FROM lambda_mapping WHERE uuid = ?"
				  " AND (state <> 'Deleted' OR settles_at > ?)",
				  "si", uuid, op->now);

	if (!stmt_row(q))
		return false;
	read_row(op, q, out);
	stmt_done(q);
	return true;
}

struct str mapping_between(struct op *op, struct str source, const struct function_name *function)
{
	struct stmt *q = db_query(op->db,
				  "SELECT uuid FROM lambda_mapping"
				  " WHERE source = ? AND name = ? AND qualifier = ?"
				  " AND (state <> 'Deleted' OR settles_at > ?)",
				  "sssi", source, function->name,
				  function->qualifier.n ? function->qualifier : STR(""), op->now);
	struct str uuid = stmt_row(q) ? stmt_dup(q, 0, op->arena) : STR_NONE;

	stmt_done(q);
	return uuid;
}

void mapping_add(struct op *op, const struct mapping *m)
{
	db_run(op->db,
	       "INSERT INTO lambda_mapping (" COLUMNS ")"
	       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "ssssszziisss", m->uuid, m->source, m->name, m->qualifier,
	       json_text(op->arena, m->config), m->passing, m->state, m->settles_at, m->modified_at,
	       m->reason, m->result, json_text(op->arena, m->progress));
}

void mapping_save(struct op *op, const struct mapping *m)
{
	db_run(op->db,
	       "UPDATE lambda_mapping SET name = ?, qualifier = ?, config = ?, passing = ?,"
	       " state = ?, settles_at = ?, modified_at = ?, reason = ?, result = ?, progress = ?"
	       " WHERE uuid = ?",
	       "ssszziissss", m->name, m->qualifier, json_text(op->arena, m->config), m->passing,
	       m->state, m->settles_at, m->modified_at, m->reason, m->result,
	       json_text(op->arena, m->progress), m->uuid);
}

void mapping_remove(struct op *op, struct str uuid)
{
	setting_remove(op, mapping_tags(op, uuid), "tags", STR(""));
	db_run(op->db, "DELETE FROM lambda_mapping WHERE uuid = ?", "s", uuid);
}

void mapping_go(struct op *op, struct mapping *m, const char *passing, const char *state)
{
	m->passing = passing;
	m->state = state;
	m->settles_at = op->now + MAPPING_SETTLE_MS;
	m->modified_at = op->now;
	m->reason = STR("User action");
}

bool mapping_is(const struct op *op, const struct mapping *m, const char *state)
{
	return op->now >= m->settles_at && strcmp(m->state, state) == 0;
}

struct str mapping_tags(struct op *op, struct str uuid)
{
	return arena_strf(op->arena, "event-source-mapping:%.*s", STR_ARG(uuid));
}

struct str mapping_of_arn(struct op *op, struct str arn)
{
	struct str head = op_arn(op, "lambda", "event-source-mapping:");

	return str_starts(arn, head) ? str_slice(arn, head.n, arn.n) : STR_NONE;
}

void mapping_describe(struct op *op, const struct mapping *m, struct json_object *out)
{
	struct str qualifier = m->qualifier.n ? m->qualifier : STR_NONE;

	json_set_str(out, "UUID", m->uuid);
	JSON_EACH(m->config, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	json_set_str(out, "EventSourceArn", m->source);
	json_set_str(out, "FunctionArn", function_arn_of(op, m->name, qualifier));
	json_set_time(out, "LastModified", m->modified_at);
	if (!mapping_is_queue(m->source))
		json_set_str(out, "LastProcessingResult", m->result);
	json_set_cstr(out, "State", op->now < m->settles_at ? m->passing : m->state);
	json_set_str(out, "StateTransitionReason", m->reason);
	json_set_str(out, "EventSourceMappingArn",
		     op_arn(op, "lambda", "event-source-mapping:%.*s", STR_ARG(m->uuid)));
}

struct json_object *mapping_filters(struct op *op, const struct mapping *m)
{
	struct json_object *all = json_get(json_get(m->config, "FilterCriteria"), "Filters"),
			   *parsed;

	if (!all)
		return NULL;
	parsed = json_new_array(op->arena);
	for (size_t i = 0; i < json_count(all); i++)
		json_add(parsed,
			 json_object_get(json_parse(op->arena,
						    json_get_str(json_at(all, i), "Pattern"),
						    NULL)));
	return parsed;
}

bool mapping_passes(struct op *op, const struct json_object *filters, struct json_object *record)
{
	for (size_t i = 0; i < json_count(filters); i++)
		if (pattern_match(op->arena, json_at(filters, i), record, PATTERN_STRICT, NULL))
			return true;
	return false;
}
