/*
 * What happens when references move: triggers run functions, and hosted sites are built anew.
 *
 * A look compares the references of a repository with those of the last look. It is promised before git moves
 * anything, so that after a crash it comes all the same: everybody is told at least once.
 * From: CodeCommit User Guide, "Manage triggers for a repository", "Example: Create a trigger for a Lambda function".
 */
#include "aws/invoke.h"
#include "base/hash.h"
#include "base/time.h"
#include "cloud/codecommit/inside.h"
#include "store/folder.h"

enum {
	TRIGGERS_MAX = 10,
	BRANCHES_MAX = 10,
	LOOK_AGAIN_MS = 20,
	NAME_BYTES_MAX = 100,
	SUBJECT_NAME_MAX = 60
};

/* --- what moved -------------------------------------------------------------------------- */

static const char *kind_of(const struct reference_move *m)
{
	return !m->before.p  ? "createReference"
	       : !m->after.p ? "deleteReference"
			     : "updateReference";
}

static void remember(struct op *op, struct str repository, const struct reference_move *m)
{
	if (m->after.p)
		db_run(op->db,
		       "INSERT INTO codecommit_ref (repository, name, id) VALUES (?, ?, ?)"
		       " ON CONFLICT (repository, name) DO UPDATE SET id = excluded.id",
		       "sss", repository, m->ref, m->after);
	else
		db_run(op->db, "DELETE FROM codecommit_ref WHERE repository = ? AND name = ?", "ss",
		       repository, m->ref);
}

/* The references as they are now against the table; *count moves in the arena. */
static struct reference_move *moves_of(struct op *op, struct str repository,
				       struct json_object *refs, size_t *count)
{
	struct stmt *q =
		db_query(op->db, "SELECT name, id FROM codecommit_ref WHERE repository = ?", "s",
			 repository);
	struct json_object *known = json_new_object(op->arena), *now = json_new_object(op->arena);
	struct reference_move *all;

	while (stmt_row(q))
		json_set_str(known, arena_cstr(op->arena, stmt_str(q, 0)), stmt_str(q, 1));
	all = arena_zalloc(op->arena, (json_count(known) + json_count(refs) + 1) * sizeof(*all));
	*count = 0;
	for (size_t i = 0; i < json_count(refs); i++) {
		struct reference_move m = { .ref = json_get_str(json_at(refs, i), "name"),
					    .after = json_get_str(json_at(refs, i), "id") };

		json_set_str(now, arena_cstr(op->arena, m.ref), m.after);
		m.before = json_get_str(known, arena_cstr(op->arena, m.ref));
		if (!str_eq(m.before, m.after))
			all[(*count)++] = m;
	}
	JSON_EACH(known, name, id)
	{
		if (!json_get(now, name))
			all[(*count)++] = (struct reference_move){ .ref = str_of(name),
								   .before = json_str(id) };
	}
	return all;
}

/* --- triggers ---------------------------------------------------------------------------------- */

static bool wants(struct json_object *trigger, const struct reference_move *m)
{
	struct json_object *events = json_get(trigger, "events");
	struct json_object *branches = json_get(trigger, "branches");
	bool event = false, branch = json_count(branches) == 0;

	for (size_t i = 0; i < json_count(events); i++)
		event |= str_is(json_str(json_at(events, i)), "all") ||
			 str_is(json_str(json_at(events, i)), kind_of(m));
	for (size_t i = 0; i < json_count(branches); i++)
		branch |= str_starts(m->ref, STR("refs/heads/")) &&
			  str_eq(json_str(json_at(branches, i)),
				 str_slice(m->ref, strlen("refs/heads/"), m->ref.n));
	return event && branch;
}

static struct str event_of(struct op *op, const struct repository *r, struct json_object *trigger,
			   struct str caller, const struct reference_move *m)
{
	struct json_object *event = json_new_object(op->arena), *record, *reference;
	struct str time = time_iso(op->arena, op->now, true);

	record = json_add_object(json_set_array(event, "Records"));
	json_set_cstr(record, "awsRegion", op->region);
	reference = json_add_object(
		json_set_array(json_set_object(record, "codecommit"), "references"));
	json_set_str(reference, "commit", m && m->after.p ? m->after : m ? m->before : STR(""));
	if (m && !m->before.p)
		json_set_bool(reference, "created", true);
	if (m && !m->after.p)
		json_set_bool(reference, "deleted", true);
	json_set_str(reference, "ref", m ? m->ref : STR("refs/heads/main"));
	json_set_str(record, "customData", json_get_str(trigger, "customData"));
	json_set_str(record, "eventId", hash_uuid(op->arena));
	json_set_cstr(record, "eventName", m ? "ReferenceChanges" : "TriggerEventTest");
	json_set_int(record, "eventPartNumber", 1);
	json_set_cstr(record, "eventSource", "aws:codecommit");
	json_set_str(record, "eventSourceARN", repository_arn(op, r->name));
	json_set_str(record, "eventTime",
		     arena_strf(op->arena, "%.*s+0000", STR_ARG(str_slice(time, 0, 23))));
	json_set_int(record, "eventTotalParts", 1);
	json_set_str(record, "eventTriggerConfigId",
		     r->configuration.p ? r->configuration : STR(""));
	json_set_str(record, "eventTriggerName", json_get_str(trigger, "name"));
	json_set_cstr(record, "eventVersion", "1.0");
	json_set_str(record, "userIdentityARN", caller);
	return json_text(op->arena, event);
}

/* Topics are told by their policy's leave; the default one gives it to the account's own repositories. */
static bool publish(struct op *op, const struct repository *r, struct json_object *trigger,
		    struct str event, struct str *why)
{
	struct service_call call = { .service = "sns",
				     .operation = "Publish",
				     .in = json_new_object(op->arena),
				     .principal = "codecommit.amazonaws.com",
				     .source_arn = repository_arn(op, r->name),
				     .resource = json_get_str(trigger, "destinationArn"),
				     .owner = true };
	struct waited_call got;
	bool told;

	json_set_str(call.in, "TopicArn", call.resource);
	json_set_str(call.in, "Subject",
		     arena_strf(op->arena, "Update to AWS CodeCommit repository %.*s",
				STR_ARG(str_slice(r->name, 0, SUBJECT_NAME_MAX))));
	json_set_str(call.in, "Message", event);
	told = op_call_as(op, &call, &got);
	*why = got.message;
	return told;
}

/* Tell the trigger's function or topic of a move, or (NULL) try it. False with why it could not. */
static bool fire(struct op *op, const struct repository *r, struct json_object *trigger,
		 struct str caller, const struct reference_move *m, struct str *why)
{
	struct invoke how = { .function = json_get_str(trigger, "destinationArn"),
			      .payload = event_of(op, r, trigger, caller, m),
			      .service = "codecommit.amazonaws.com",
			      .source_arn = repository_arn(op, r->name),
			      .event = true };
	struct invoked got;

	if (str_starts(how.function, STR("arn:aws:sns:")))
		return publish(op, r, trigger, how.payload, why);
	op_invoke(op, "trigger", &how, &got);
	*why = got.message;
	return !got.error;
}

/* --- looking ----------------------------------------------------------------------------------------- */

static void work_refs(struct git_work *w)
{
	struct json_object *all = json_set_array(w->out, "refs"), *one;
	struct git_ref *refs;
	size_t count;

	if (!work_open(w))
		return;
	/* The look also comes after a push that was killed, with the server or by its time limit. */
	git_tidy(w->arena, w->folder);
	work_settle_head(w);
	refs = git_refs(w->arena, w->folder, "refs/", &count);
	for (size_t i = 0; i < count; i++) {
		one = json_add_object(all);
		json_set_str(one, "name", refs[i].name);
		json_set_str(one, "id", refs[i].id);
	}
}

static void tell(struct op *op, const struct repository *r, struct json_object *refs)
{
	struct json_object *triggers = json_parse(op->arena, r->triggers, NULL);
	struct str caller = op_str(op, "caller"), why;
	size_t count;
	struct reference_move *moves = moves_of(op, r->id, refs, &count);

	for (size_t i = 0; i < count; i++) {
		remember(op, r->id, &moves[i]);
		for (size_t t = 0; t < json_count(triggers); t++)
			if (wants(json_at(triggers, t), &moves[i]))
				fire(op, r, json_at(triggers, t), caller, &moves[i], &why);
		sites_follow(op, r, &moves[i]);
	}
}

/*
 * A job may not wait: it asks git, and comes again for the answer, whose key it keeps in its own input. A push meanwhile
 * replaces the job, and with it the key: what git was asked before the push is not what stands there now.
 */
static enum outcome look(struct op *op)
{
	struct str id = op_str(op, "repositoryId"), key = op_str(op, "key"), name;
	struct git_answer answer;
	struct repository r;
	struct stmt *q =
		db_query(op->db, "SELECT name FROM codecommit_repository WHERE id = ?", "s", id);

	if (!stmt_row(q))
		return DONE;
	name = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	if (!repository_find(op, name, &r))
		return DONE;
	switch (key.n ? git_job_take(key, op->arena, &answer) : GIT_UNKNOWN) {
	case GIT_DONE:
		if (answer.failed)
			return op_fail(op, answer.failed, "%.*s", STR_ARG(answer.message));
		repository_touch(op, &r, json_get_str(answer.out, "head"));
		tell(op, &r, json_get(answer.out, "refs"));
		return DONE;
	case GIT_UNKNOWN:
		key = hash_uuid(op->arena);
		json_set_str(op->in, "key", key);
		if (!git_job_add(&(struct git_job_config){
			    .account = str_of(op->account->id),
			    .key = key,
			    .folder = git_folder(op->arena, op->account->dir, id),
			    .work = work_refs }))
			return op_fail(op, &InternalFailure, "Too many git operations wait.");
		break;
	case GIT_RUNNING:
		break;
	}
	job_add(op, &codecommit_jobs[CODECOMMIT_LOOK], op->now + LOOK_AGAIN_MS,
		arena_cstr(op->arena, id), op->in);
	return DONE;
}

/* A deleted repository's objects. */
static enum outcome drop(struct op *op)
{
	folder_remove(git_folder(op->arena, op->account->dir, op_str(op, "repositoryId")));
	return DONE;
}

const struct job_kind codecommit_jobs[] = {
	[CODECOMMIT_LOOK] = { "codecommit.look", look, 0 },
	[CODECOMMIT_DROP] = { "codecommit.drop", drop, 3 },
	{ 0 },
};

/* --- operations ---------------------------------------------------------------------------------------- */

static bool trigger_good(struct op *op, struct json_object *t)
{
	static const char *const events[] = { "all", "updateReference", "createReference",
					      "deleteReference", NULL };
	struct str name = json_get_str(t, "name"), arn = json_get_str(t, "destinationArn");
	struct json_object *list = json_get(t, "events");
	bool known = true;

	for (size_t i = 0; i < json_count(list); i++) {
		bool found = false;

		for (size_t e = 0; events[e]; e++)
			found |= str_is(json_str(json_at(list, i)), events[e]);
		known &= found;
	}
	if (!name.n)
		op_fail(op, &RepositoryTriggerNameRequiredException,
			"A name for the trigger is required, but was not specified.");
	else if (name.n > NAME_BYTES_MAX || str_find(name, ' ') >= 0 || str_find(name, ',') >= 0)
		op_fail(op, &InvalidRepositoryTriggerNameException,
			"The name of the trigger is not valid.");
	else if (!arn.n)
		op_fail(op, &RepositoryTriggerDestinationArnRequiredException,
			"A destination ARN for the target service for the trigger is required, but "
			"was not specified.");
	else if (!str_starts(arn, STR("arn:aws:lambda:")) && !str_starts(arn, STR("arn:aws:sns:")))
		op_fail(op, &InvalidRepositoryTriggerDestinationArnException,
			"The Amazon Resource Name (ARN) for the trigger is not valid for the "
			"specified destination. The most common reason for this error is that the "
			"ARN does not meet the requirements for the service type.");
	else if (!json_count(list))
		op_fail(op, &RepositoryTriggerEventsListRequiredException,
			"At least one event for the trigger is required, but was not specified.");
	else if (!known)
		op_fail(op, &InvalidRepositoryTriggerEventsException,
			"One or more events specified for the trigger is not valid. Check to make "
			"sure that all events specified match the requirements for allowed "
			"events.");
	else if (json_count(json_get(t, "branches")) > BRANCHES_MAX)
		op_fail(op, &MaximumBranchesExceededException,
			"The number of branches for the trigger was exceeded.");
	else
		return true;
	return false;
}

/* The repository and its triggers as they are given; NULL with the error set. */
static struct json_object *given(struct op *op, struct repository *r)
{
	struct json_object *all = op_get(op, "triggers");

	if (!repository_named(op, "repositoryName", r))
		return NULL;
	if (!all) {
		op_fail(op, &RepositoryTriggersListRequiredException,
			"The list of triggers for the repository is required, but was not "
			"specified.");
		return NULL;
	}
	if (json_count(all) > TRIGGERS_MAX) {
		op_fail(op, &MaximumRepositoryTriggersExceededException,
			"The number of triggers allowed for the repository was exceeded.");
		return NULL;
	}
	for (size_t i = 0; i < json_count(all); i++)
		if (!trigger_good(op, json_at(all, i)))
			return NULL;
	return all;
}

enum outcome cc_put_repository_triggers(struct op *op)
{
	struct repository r;
	struct json_object *all = given(op, &r);
	struct str id = hash_uuid(op->arena);

	if (!all)
		return FAILED;
	db_run(op->db,
	       "UPDATE codecommit_repository SET triggers = ?, configuration = ? WHERE id = ?",
	       "sss", json_text(op->arena, all), id, r.id);
	json_set_str(op->out, "configurationId", id);
	return DONE;
}

enum outcome cc_get_repository_triggers(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	if (r.configuration.p)
		json_set_str(op->out, "configurationId", r.configuration);
	json_set(op->out, "triggers", json_object_get(json_parse(op->arena, r.triggers, NULL)));
	return DONE;
}

enum outcome cc_test_repository_triggers(struct op *op)
{
	struct json_object *well = json_set_array(op->out, "successfulExecutions");
	struct json_object *failed = json_set_array(op->out, "failedExecutions"), *one;
	struct repository r;
	struct json_object *all = given(op, &r);
	struct str why;

	for (size_t i = 0; i < json_count(all); i++) {
		struct str name = json_get_str(json_at(all, i), "name");

		if (fire(op, &r, json_at(all, i), op->caller.arn, NULL, &why)) {
			json_add_str(well, name);
			continue;
		}
		one = json_add_object(failed);
		json_set_str(one, "trigger", name);
		json_set_str(one, "failureMessage", why.p ? why : STR("The trigger failed."));
	}
	return all ? DONE : FAILED;
}
