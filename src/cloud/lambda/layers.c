/* Layers; see layers.h. From: Lambda Developer Guide, "Managing Lambda dependencies with layers". */
#include "cloud/lambda/layers.h"

#include "cloud/lambda/code.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/versions.h"
#include "store/zip.h"

enum { LAYERS_MAX = 5 };

static const char not_there[] = "The resource you requested does not exist.";

/* --- names --------------------------------------------------------------------------------------- */

static struct str layer_arn(struct op *op, struct str name)
{
	return op_arn(op, "lambda", "layer:%.*s", STR_ARG(name));
}

/* "arn:aws:lambda:REGION:ACCOUNT:layer:NAME[:VERSION]" or a name. */
struct layer_name {
	struct str region, account, name, version;
};

static struct layer_name split(struct op *op, struct str given)
{
	struct layer_name n = { str_of(op->region), str_of(op->account->id), given, STR_NONE };
	struct str rest = given;

	if (!str_starts(given, STR("arn:")))
		return n;
	for (int i = 0; i < 3; i++)
		str_cut(&rest, ':');
	n.region = str_cut(&rest, ':');
	n.account = str_cut(&rest, ':');
	str_cut(&rest, ':');
	n.name = str_cut(&rest, ':');
	n.version = rest;
	return n;
}

static bool is_here(struct op *op, const struct layer_name *n)
{
	return str_is(n->region, op->region) && str_is(n->account, op->account->id);
}

/* --- rows ------------------------------------------------------------------------------------------ */

static bool find(struct op *op, struct str name, int64_t number, struct layer_version *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT config, code FROM lambda_layer WHERE name = ? AND version = ?",
			 "si", name, number);

	if (!stmt_row(q))
		return false;
	out->config = json_parse(op->arena, stmt_dup(q, 0, op->arena), NULL);
	out->code = stmt_dup(q, 1, op->arena);
	stmt_done(q);
	return out->config;
}

bool layer_version_find(struct op *op, struct layer_version *out)
{
	struct layer_name n = split(op, op_str(op, "LayerName"));

	*out = (struct layer_version){ .name = n.name,
				       .number = op_int_or(op, "VersionNumber", 0) };
	out->arn =
		arena_strf(op->arena, "arn:aws:lambda:%.*s:%.*s:layer:%.*s:%lld", STR_ARG(n.region),
			   STR_ARG(n.account), STR_ARG(n.name), (long long)out->number);
	return is_here(op, &n) && find(op, n.name, out->number, out);
}

/* What the API answers about a version; lists leave its content out. */
static void describe(struct op *op, const struct layer_version *v, bool content,
		     struct json_object *out)
{
	JSON_EACH(v->config, key, value)
	{
		if (content || strcmp(key, "Content") != 0)
			json_set(out, key, json_object_get(value));
	}
	if (content) {
		json_set_str(json_get(out, "Content"), "Location", code_location(op, v->code));
		return;
	}
	json_object_object_del(out, "LayerArn");
	/* A list leaves out the empty description that the version itself tells. */
	if (!json_get_str(out, "Description").n)
		json_object_object_del(out, "Description");
}

/* --- operations -------------------------------------------------------------------------------------- */

static void copy_members(struct op *op, struct json_object *config)
{
	static const char *const members[] = { "CompatibleRuntimes", "LicenseInfo",
					       "CompatibleArchitectures" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (op_has(op, members[i]))
			json_set(config, members[i], json_object_get(op_get(op, members[i])));
}

static void save(struct op *op, struct layer_version *v, const struct code *code)
{
	struct json_object *content;

	v->config = json_new_object(op->arena);
	content = json_set_object(v->config, "Content");
	json_set_str(content, "CodeSha256", code->sha256);
	json_set_int(content, "CodeSize", code->size);
	json_set_str(v->config, "LayerArn", layer_arn(op, v->name));
	json_set_str(v->config, "LayerVersionArn", v->arn);
	json_set_cstr(v->config, "Description", "");
	if (op_has(op, "Description"))
		json_set_str(v->config, "Description", op_str(op, "Description"));
	json_set_str(v->config, "CreatedDate", function_date(op, op->now));
	json_set_int(v->config, "Version", v->number);
	copy_members(op, v->config);
	v->code = code->name;
	db_run(op->db, "INSERT INTO lambda_layer (name, version, config, code) VALUES (?, ?, ?, ?)",
	       "siss", v->name, v->number, json_text(op->arena, v->config), v->code);
}

enum outcome lambda_op_publish_layer_version(struct op *op)
{
	struct layer_version v = { .name = split(op, op_str(op, "LayerName")).name };
	struct code code;
	enum outcome outcome = code_take(op, op_get(op, "Content"), &code);

	if (outcome != DONE)
		return outcome;
	v.number = version_next(op, "layer", v.name);
	v.arn = arena_strf(op->arena, "%.*s:%lld", STR_ARG(layer_arn(op, v.name)),
			   (long long)v.number);
	save(op, &v, &code);
	describe(op, &v, true, op->out);
	return DONE;
}

static bool number_good(struct op *op)
{
	return op_int_or(op, "VersionNumber", 0) >= 1 ||
	       function_refuse(op, &InvalidParameterValueException,
			       "Layer Version Cannot be less than 1");
}

enum outcome lambda_op_get_layer_version(struct op *op)
{
	struct layer_version v;

	if (!number_good(op))
		return FAILED;
	if (!layer_version_find(op, &v))
		return function_fail(op, &LambdaNotFound, "%s", not_there);
	describe(op, &v, true, op->out);
	return DONE;
}

enum outcome lambda_op_get_layer_version_by_arn(struct op *op)
{
	struct layer_name n = split(op, op_str(op, "Arn"));
	struct layer_version v = { .name = n.name };

	if (!is_here(op, &n) || !str_to_int(n.version, &v.number) ||
	    !find(op, n.name, v.number, &v))
		return function_fail(op, &LambdaNotFound, "%s", not_there);
	describe(op, &v, true, op->out);
	return DONE;
}

enum outcome lambda_op_delete_layer_version(struct op *op)
{
	struct layer_version v;

	if (!number_good(op))
		return FAILED;
	if (!layer_version_find(op, &v))
		return DONE;
	db_run(op->db, "DELETE FROM lambda_layer WHERE name = ? AND version = ?", "si", v.name,
	       v.number);
	db_run(op->db, "DELETE FROM lambda_policy WHERE name = ? AND qualifier = ?", "ss",
	       arena_strf(op->arena, "layer:%.*s", STR_ARG(v.name)),
	       arena_strf(op->arena, "%lld", (long long)v.number));
	code_leave(op, v.code);
	return DONE;
}

static bool lists(struct json_object *list, struct str value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), value))
			return true;
	return false;
}

/* Is the version compatible with what the request wants to see? */
static bool is_wanted(struct op *op, struct json_object *config)
{
	struct str runtime = op_str(op, "CompatibleRuntime");
	struct str machine = op_str(op, "CompatibleArchitecture");

	return (!runtime.p || lists(json_get(config, "CompatibleRuntimes"), runtime)) &&
	       (!machine.p || lists(json_get(config, "CompatibleArchitectures"), machine));
}

enum outcome lambda_op_list_layers(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Layers"), *entry;
	struct stmt *q =
		db_query(op->db,
			 "SELECT name, config FROM lambda_layer ORDER BY name, version DESC", "");
	struct str last = STR("");

	while (stmt_row(q)) {
		struct layer_version v = { .config = json_parse(op->arena,
								stmt_dup(q, 1, op->arena), NULL) };

		if (str_eq(stmt_str(q, 0), last) || !is_wanted(op, v.config))
			continue;
		last = stmt_dup(q, 0, op->arena);
		entry = json_add_object(list);
		json_set_str(entry, "LayerName", last);
		json_set_str(entry, "LayerArn", layer_arn(op, last));
		describe(op, &v, false, json_set_object(entry, "LatestMatchingVersion"));
	}
	return function_page(op, "Layers", 50);
}

enum outcome lambda_op_list_layer_versions(struct op *op)
{
	struct layer_name n = split(op, op_str(op, "LayerName"));
	struct json_object *list = json_set_array(op->out, "LayerVersions");
	struct stmt *q;

	q = db_query(op->db, "SELECT config FROM lambda_layer WHERE name = ? ORDER BY version DESC",
		     "s", is_here(op, &n) ? n.name : STR(""));
	while (stmt_row(q)) {
		struct layer_version v = { .config = json_parse(op->arena,
								stmt_dup(q, 0, op->arena), NULL) };

		if (is_wanted(op, v.config))
			describe(op, &v, false, json_add_object(list));
	}
	return function_page(op, "LayerVersions", 50);
}

/* --- in functions ------------------------------------------------------------------------------------ */

/* Find the layer that an ARN names, for a function; false with the error set. */
static bool find_for_function(struct op *op, struct str arn, struct layer_version *out)
{
	struct layer_name n = split(op, arn);

	*out = (struct layer_version){ .name = n.name, .arn = arn };
	if (!str_is(n.account, op->account->id)) {
		op_fail(op, &LambdaAccessDenied,
			"User: %.*s is not authorized to perform: lambda:GetLayerVersion on "
			"resource: %.*s because no resource-based policy allows the "
			"lambda:GetLayerVersion action",
			STR_ARG(op->caller.arn), STR_ARG(arn));
		return false;
	}
	if (!str_is(n.region, op->region))
		return function_refuse(op, &InvalidParameterValueException,
				       "Layers are not in the same region as the function. Layers "
				       "are expected to be in region %s.",
				       op->region);
	if (!str_to_int(n.version, &out->number) || !find(op, n.name, out->number, out))
		return function_refuse(op, &InvalidParameterValueException,
				       "Layer version %.*s does not exist.", STR_ARG(arn));
	return authorize(op, &(struct authorize_check){ .action = "lambda:GetLayerVersion",
							.resource = arn });
}

/* Is another version of the same layer before this one? False with the error set. */
static bool is_the_only(struct op *op, struct json_object *all, size_t at)
{
	struct str arn = json_str(json_at(all, at)), name = split(op, arn).name;

	for (size_t i = 0; i < at; i++) {
		struct str other = json_str(json_at(all, i));

		if (str_eq(split(op, other).name, name))
			return function_refuse(op, &InvalidParameterValueException,
					       "Two different versions of the same layer are not "
					       "allowed to be referenced in the same function. "
					       "%.*s and %.*s are versions of the same layer.",
					       STR_ARG(other), STR_ARG(arn));
	}
	return true;
}

bool layers_take(struct op *op, struct function *f)
{
	struct json_object *all = op_get(op, "Layers"), *list = json_new_array(op->arena), *entry;
	struct layer_version v;

	f->layers = STR("");
	if (json_count(all) > LAYERS_MAX)
		return function_refuse(op, &InvalidParameterValueException,
				       "Cannot reference more than 5 layers.");
	for (size_t i = 0; i < json_count(all); i++) {
		if (!find_for_function(op, json_str(json_at(all, i)), &v) ||
		    !is_the_only(op, all, i))
			return false;
		entry = json_add_object(list);
		json_set_str(entry, "Arn", v.arn);
		json_set(entry, "CodeSize",
			 json_object_get(json_get(json_get(v.config, "Content"), "CodeSize")));
		f->layers = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(f->layers), i ? " " : "",
				       STR_ARG(v.code));
	}
	json_object_object_del(f->config, "Layers");
	if (json_count(list))
		json_set(f->config, "Layers", json_object_get(list));
	return code_merge(op, f->layers, &f->opt);
}

bool layers_fit(struct op *op, const struct function *f)
{
	struct str names = f->layers;
	int64_t sum = code_unzipped(op, f->code);

	if (!names.n)
		return true;
	while (names.p)
		sum += code_unzipped(op, str_cut(&names, ' '));
	return sum <= ZIP_BYTES_MAX ||
	       function_refuse(op, &InvalidParameterValueException,
			       "Function code combined with layers exceeds the maximum allowed "
			       "size of %d bytes. The actual size is %lld bytes.",
			       ZIP_BYTES_MAX, (long long)sum);
}
