/*
 * Repositories as rows, and their tags. From: CodeCommit API Reference, 2015-04-13; CodeCommit User Guide, "Quotas".
 */
#include "base/hash.h"
#include "cloud/codecommit/inside.h"

enum { REPOSITORIES_MAX = 1000, NAMES_MAX = 100, DESCRIPTION_MAX = 1000, TAGS_MAX = 50 };

#define NAME_RULE                                                                                   \
	"Repository names can be any valid combination of letters, numbers, periods, underscores, " \
	"and dashes between 1 and 100 characters in length. Names are case sensitive. For more "    \
	"information, see Limits in the AWS CodeCommit User Guide. "

/* --- rows ------------------------------------------------------------------------------ */

#define COLUMNS                                                                                    \
	"id, name, description, default_branch, kms_key, triggers, configuration, tags, "          \
	"created_at, updated_at"

static void read_row(struct op *op, struct stmt *q, struct repository *r)
{
	struct str tags = stmt_dup(q, 7, op->arena);

	*r = (struct repository){ .id = stmt_dup(q, 0, op->arena),
				  .name = stmt_dup(q, 1, op->arena),
				  .description = stmt_dup(q, 2, op->arena),
				  .default_branch = stmt_dup(q, 3, op->arena),
				  .kms_key = stmt_dup(q, 4, op->arena),
				  .triggers = stmt_dup(q, 5, op->arena),
				  .configuration = stmt_dup(q, 6, op->arena),
				  .tags = json_parse(op->arena, tags, NULL),
				  .created_at = stmt_int(q, 8),
				  .updated_at = stmt_int(q, 9) };
}

bool repository_find(struct op *op, struct str name, struct repository *out)
{
	struct stmt *q =
		db_query(op->db, "SELECT " COLUMNS " FROM codecommit_repository WHERE name = ?",
			 "s", name);

	if (!stmt_row(q))
		return false;
	read_row(op, q, out);
	stmt_done(q);
	return true;
}

static bool name_good(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != '-' && c != '_')
			return false;
	}
	return name.n > 0 && name.n <= 100 && !str_ends(name, STR(".git"));
}

bool repository_name_check(struct op *op, struct str name)
{
	if (name.n && name_good(name))
		return true;
	if (!name.n)
		op_fail(op, &RepositoryNameRequiredException,
			"A repository name is required, but was not specified.");
	else
		op_fail(op, &InvalidRepositoryNameException,
			"The repository name is not valid. " NAME_RULE);
	return false;
}

bool repository_named(struct op *op, const char *member, struct repository *out)
{
	struct str name = op_str(op, member);

	if (!repository_name_check(op, name))
		return false;
	if (repository_find(op, name, out))
		return true;
	op_fail(op, &RepositoryDoesNotExistException, "%.*s does not exist", STR_ARG(name));
	return false;
}

struct str repository_arn(struct op *op, struct str name)
{
	return op_arn(op, "codecommit", "%.*s", STR_ARG(name));
}

void repository_touch(struct op *op, const struct repository *r, struct str head)
{
	db_run(op->db,
	       "UPDATE codecommit_repository SET updated_at = ?,"
	       " default_branch = coalesce(default_branch, ?) WHERE id = ?",
	       "iss", op->now, head.n ? head : STR_NONE, r->id);
}

static void describe(struct op *op, const struct repository *r, struct json_object *out)
{
	struct str address = op->endpoint;

	if (!address.n)
		address = arena_strf(op->arena, "https://git-codecommit.%s.amazonaws.com",
				     op->region);
	json_set_cstr(out, "accountId", op->account->id);
	json_set_str(out, "repositoryId", r->id);
	json_set_str(out, "repositoryName", r->name);
	if (r->description.p)
		json_set_str(out, "repositoryDescription", r->description);
	if (r->default_branch.p)
		json_set_str(out, "defaultBranch", r->default_branch);
	json_set_time(out, "lastModifiedDate", r->updated_at);
	json_set_time(out, "creationDate", r->created_at);
	json_set_str(out, "cloneUrlHttp",
		     arena_strf(op->arena, "%.*s/v1/repos/%.*s", STR_ARG(address),
				STR_ARG(r->name)));
	json_set_str(out, "cloneUrlSsh",
		     arena_strf(op->arena, "ssh://git-codecommit.%s.amazonaws.com/v1/repos/%.*s",
				op->region, STR_ARG(r->name)));
	json_set_str(out, "Arn", repository_arn(op, r->name));
	if (r->kms_key.p)
		json_set_str(out, "kmsKeyId", r->kms_key);
}

/* --- tags ------------------------------------------------------------------------------- */

static bool tags_good(struct op *op, struct json_object *tags)
{
	if (!tags)
		return true;
	JSON_EACH(tags, key, value)
	{
		struct str k = str_of(key);

		if (str_starts(k, STR("aws:"))) {
			op_fail(op, &InvalidSystemTagUsageException,
				"The specified tag is not valid. Key names cannot be prefixed with "
				"aws:.");
			return false;
		}
		if (!k.n || k.n > 128 || json_str(value).n > 256) {
			op_fail(op, &InvalidTagsMapException, "The map of tags is not valid.");
			return false;
		}
	}
	if (json_count(tags) <= TAGS_MAX)
		return true;
	op_fail(op, &TooManyTagsException,
		"The maximum number of tags for an AWS CodeCommit resource has been exceeded.");
	return false;
}

/* The repository that resourceArn means; false with the error set. */
static bool tagged(struct op *op, struct repository *r)
{
	struct str arn = op_str(op, "resourceArn"), ours = repository_arn(op, STR(""));

	if (!arn.n) {
		op_fail(op, &ResourceArnRequiredException,
			"A valid Amazon Resource Name (ARN) for an AWS CodeCommit resource is "
			"required. For a list of valid resources in AWS CodeCommit, see CodeCommit "
			"Resources and Operations in the AWS CodeCommit User Guide.");
		return false;
	}
	if (!str_starts(arn, ours) || !name_good(str_slice(arn, ours.n, arn.n))) {
		op_fail(op, &InvalidResourceArnException,
			"The value for the resource ARN is not valid. For more information about "
			"resources in AWS CodeCommit, see CodeCommit Resources and Operations in "
			"the AWS CodeCommit User Guide.");
		return false;
	}
	if (repository_find(op, str_slice(arn, ours.n, arn.n), r))
		return true;
	op_fail(op, &RepositoryDoesNotExistException, "%.*s does not exist",
		STR_ARG(str_slice(arn, ours.n, arn.n)));
	return false;
}

static void save_tags(struct op *op, const struct repository *r)
{
	db_run(op->db, "UPDATE codecommit_repository SET tags = ? WHERE id = ?", "ss",
	       json_text(op->arena, r->tags), r->id);
}

enum outcome cc_list_tags(struct op *op)
{
	struct repository r;

	if (!tagged(op, &r))
		return FAILED;
	json_set(op->out, "tags", json_object_get(r.tags));
	return DONE;
}

enum outcome cc_tag_resource(struct op *op)
{
	struct json_object *tags = op_get(op, "tags");
	struct repository r;

	if (!tagged(op, &r))
		return FAILED;
	if (!json_count(tags))
		return op_fail(op, &TagsMapRequiredException, "A map of tags is required.");
	JSON_EACH(tags, key, value)
	{
		json_set_str(r.tags, key, json_str(value));
	}
	if (!tags_good(op, r.tags))
		return FAILED;
	save_tags(op, &r);
	return DONE;
}

enum outcome cc_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "tagKeys");
	struct repository r;

	if (!tagged(op, &r))
		return FAILED;
	if (!json_count(keys))
		return op_fail(op, &TagKeysListRequiredException,
			       "A list of tag keys is required. The list cannot be empty or null.");
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(r.tags, arena_cstr(op->arena, json_str(json_at(keys, i))));
	save_tags(op, &r);
	return DONE;
}

/* --- operations --------------------------------------------------------------------------- */

static bool description_good(struct op *op)
{
	if (op_str(op, "repositoryDescription").n <= DESCRIPTION_MAX)
		return true;
	op_fail(op, &InvalidRepositoryDescriptionException,
		"The specified repository description is not valid.");
	return false;
}

/* Nothing that could get in the way: the name is free, and there is room. */
static bool may_be_called(struct op *op, struct str name)
{
	struct repository other;

	if (!repository_find(op, name, &other))
		return true;
	op_fail(op, &RepositoryNameExistsException, "Repository named %.*s already exists",
		STR_ARG(name));
	return false;
}

enum outcome cc_create_repository(struct op *op)
{
	struct str name = op_str(op, "repositoryName");
	struct json_object *tags = op_get(op, "tags");
	struct repository r = { .name = name,
				.description = op_str(op, "repositoryDescription"),
				.kms_key = op_str(op, "kmsKeyId"),
				.created_at = op->now,
				.updated_at = op->now };

	if (!repository_name_check(op, name) || !description_good(op) || !tags_good(op, tags) ||
	    !may_be_called(op, name))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM codecommit_repository", "") >= REPOSITORIES_MAX)
		return op_fail(op, &RepositoryLimitExceededException,
			       "A repository resource limit was exceeded.");
	r.id = hash_uuid(op->arena);
	db_run(op->db,
	       "INSERT INTO codecommit_repository (id, name, description, kms_key, triggers, tags,"
	       " created_at, updated_at) VALUES (?, ?, ?, ?, '[]', ?, ?, ?)",
	       "sssssii", r.id, r.name, r.description, r.kms_key,
	       tags ? json_text(op->arena, tags) : STR("{}"), op->now, op->now);
	describe(op, &r, json_set_object(op->out, "repositoryMetadata"));
	return DONE;
}

enum outcome cc_get_repository(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	describe(op, &r, json_set_object(op->out, "repositoryMetadata"));
	return DONE;
}

/* By id or by name: nothing is wrong with one that is gone already. */
enum outcome cc_delete_repository(struct op *op)
{
	struct str name = op_str(op, "repositoryName");
	struct json_object *drop = json_new_object(op->arena);
	struct repository r;

	if (!repository_name_check(op, name))
		return FAILED;
	if (!repository_find(op, name, &r))
		return DONE;
	db_run(op->db, "DELETE FROM codecommit_repository WHERE id = ?", "s", r.id);
	db_run(op->db, "DELETE FROM codecommit_ref WHERE repository = ?", "s", r.id);
	db_run(op->db, "DELETE FROM codecommit_pull WHERE repository = ?", "s", r.id);
	json_set_str(drop, "repositoryId", r.id);
	job_add(op, &codecommit_jobs[CODECOMMIT_DROP], op->now, NULL, drop);
	json_set_str(op->out, "repositoryId", r.id);
	return DONE;
}

enum outcome cc_update_repository_description(struct op *op)
{
	struct str text = op_str(op, "repositoryDescription");
	struct repository r;

	if (!repository_named(op, "repositoryName", &r) || !description_good(op))
		return FAILED;
	db_run(op->db,
	       "UPDATE codecommit_repository SET description = ?, updated_at = ? WHERE id = ?",
	       "sis", text.n ? text : STR_NONE, op->now, r.id);
	return DONE;
}

enum outcome cc_update_repository_name(struct op *op)
{
	struct str name = op_str(op, "newName");
	struct repository r;

	if (!repository_name_check(op, name) || !repository_named(op, "oldName", &r) ||
	    !may_be_called(op, name))
		return FAILED;
	db_run(op->db, "UPDATE codecommit_repository SET name = ?, updated_at = ? WHERE id = ?",
	       "sis", name, op->now, r.id);
	return DONE;
}

enum outcome cc_batch_get_repositories(struct op *op)
{
	struct json_object *names = op_get(op, "repositoryNames");
	struct json_object *found = json_set_array(op->out, "repositories"), *missing;
	struct repository r;

	missing = json_set_array(op->out, "repositoriesNotFound");
	json_set_array(op->out, "errors");
	if (!json_count(names))
		return op_fail(op, &RepositoryNamesRequiredException,
			       "At least one repository name object is required, but was not "
			       "specified.");
	if (json_count(names) > NAMES_MAX)
		return op_fail(op, &MaximumRepositoryNamesExceededException,
			       "The maximum number of allowed repository names was exceeded. "
			       "Currently, this number is 100.");
	for (size_t i = 0; i < json_count(names); i++) {
		struct str name = json_str(json_at(names, i));

		if (!repository_name_check(op, name))
			return FAILED;
		if (repository_find(op, name, &r))
			describe(op, &r, json_add_object(found));
		else
			json_add_str(missing, name);
	}
	return DONE;
}

/* One page is all there is: an account has at most as many repositories as a page. */
enum outcome cc_list_repositories(struct op *op)
{
	struct str by = op_str_or(op, "sortBy", "repositoryName");
	struct str order = op_str_or(op, "order", "ascending");
	struct json_object *all = json_set_array(op->out, "repositories"), *one;
	bool by_date = str_is(by, "lastModifiedDate"), down = str_is(order, "descending");
	struct stmt *q;

	if (!by_date && !str_is(by, "repositoryName"))
		return op_fail(op, &InvalidSortByException,
			       "The specified sort by value is not valid.");
	if (!down && !str_is(order, "ascending"))
		return op_fail(op, &InvalidOrderException,
			       "The specified sort order is not valid.");
	if (op_str(op, "nextToken").n)
		return op_fail(op, &InvalidContinuationTokenException,
			       "The specified continuation token is not valid.");
	q = db_query(op->db,
		     "SELECT name, id FROM codecommit_repository ORDER BY"
		     " CASE WHEN ?1 AND NOT ?2 THEN updated_at END,"
		     " CASE WHEN ?1 AND ?2 THEN updated_at END DESC,"
		     " CASE WHEN NOT ?2 THEN name END, CASE WHEN ?2 THEN name END DESC",
		     "ii", (int64_t)by_date, (int64_t)down);
	while (stmt_row(q)) {
		one = json_add_object(all);
		json_set_str(one, "repositoryName", stmt_str(q, 0));
		json_set_str(one, "repositoryId", stmt_str(q, 1));
	}
	return DONE;
}
