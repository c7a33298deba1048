/*
 * Permission in dispatch, with an IAM and a service made for the test: who is asked for what, and what is remembered.
 *
 * From: IAM User Guide, "Grant a user permissions to pass a role to an AWS service", "Troubleshoot access denied error
 * messages".
 */
#include <stdio.h>

#include "aws/call.h"
#include "aws/memory.h"
#include "store/folder.h"
#include "unit/tap.h"

static int64_t clock_ms = 1626951600000;

static int64_t test_clock(void)
{
	return clock_ms;
}

/* --- an IAM that knows one user ------------------------------------------------------ */

static const char *document, *boundary;
static int asked;

static bool policies(struct op *op, struct applied_policies *out)
{
	struct applied_policy *list = ARENA_NEW(op->arena, struct applied_policy);

	asked++;
	if (!str_ends(op->caller.principal, STR("user/anna")) || !document)
		return false;
	*list = (struct applied_policy){ STR("p"), STR("arn:aws:iam::1:policy/p"),
					 str_of(document) };
	*out = (struct applied_policies){ .identity = list, .identity_count = 1 };
	out->boundary.document = str_of(boundary);
	return true;
}

static enum outcome nothing(struct op *op)
{
	(void)op;
	return DONE;
}

static enum outcome refuse(struct op *op)
{
	return op_fail(op, &ValidationError, "No.");
}

static const struct operation iam_operations[] = { { "Change", NULL, nothing, 0 },
						   { "Look", NULL, nothing, OP_READS },
						   { "Refuse", NULL, refuse, 0 },
						   { 0 } };
static const struct service iam = {
	.name = "iam", .speaks = PROTO_QUERY, .operations = iam_operations, .policies = policies
};

/* --- a service that asks ----------------------------------------------------------------- */

static enum outcome pass(struct op *op)
{
	return authorize_pass_role(op, op_str(op, "Role"), "lambda.amazonaws.com") ? DONE : FAILED;
}

static void check_many(struct authorize_list *list)
{
	struct json_object *names = op_get(list->op, "Names");

	for (size_t i = 0; i < json_count(names); i++)
		authorize_add(list,
			      &(struct authorize_check){
				      .action = "box:Open",
				      .resource = op_arn(list->op, "box", "box/%.*s",
							 STR_ARG(json_str(json_at(names, i)))) });
}

static bool find(struct op *op, const struct authorize_check *check, struct str name,
		 struct policy_values *values)
{
	(void)check;
	return str_eq_nocase(name, STR("box:Colour")) &&
	       authorize_value(op, values, op_str(op, "Colour"));
}

static const struct access accesses[] = { { "Get", .resource = "box/{Name}/lid" },
					  { "Many", .checks = check_many },
					  { "Open", .open = true },
					  { "Renamed", .action = "box:Get" },
					  { NULL } };
static const struct access_rules rules = { accesses, find };
static const struct operation box_operations[] = { { "Get", NULL, nothing, OP_READS },
						   { "List", NULL, nothing, OP_READS },
						   { "Many", NULL, nothing, 0 },
						   { "Open", NULL, nothing, 0 },
						   { "Pass", NULL, pass, 0 },
						   { "Renamed", NULL, nothing, 0 },
						   { 0 } };
static const struct service box = {
	.name = "box", .speaks = PROTO_JSON10, .operations = box_operations, .access = &rules
};
static const struct service *const services[] = { &box, &iam, NULL };

/* --- calling ------------------------------------------------------------------------------- */

struct fixture {
	struct arena *a;
	struct aws *aws;
	struct account *account;
};

static struct caller anna(void)
{
	return (struct caller){ .kind = CALLER_USER,
				.arn = STR("arn:aws:iam::012345678901:user/anna"),
				.principal = STR("arn:aws:iam::012345678901:user/anna"),
				.user_id = STR("AIDAEXAMPLE") };
}

/* "ok", or "Code: message". */
static struct str call_as(struct fixture *f, struct caller who, const char *service,
			  const char *name, const char *in)
{
	struct aws_call *call = aws_call_inside(f->aws, f->a, str_of(f->account->id), service, name,
						json_parse(f->a, str_of(in), NULL));
	struct op *op = aws_call_op(call);

	op->caller = who;
	db_begin(f->account->db, true);
	aws_call_run(call, f->account);
	db_commit(f->account->db);
	if (!op->error)
		return STR("ok");
	return arena_strf(f->a, "%s: %.*s", op->error->code, STR_ARG(op->error_message));
}

static struct str call(struct fixture *f, const char *service, const char *name, const char *in)
{
	return call_as(f, anna(), service, name, in);
}

/* IAM's answer changes, as by a call of IAM's. */
static void set(struct fixture *f, const char *text)
{
	document = text;
	call_as(f, (struct caller){ .internal = true }, "iam", "Change", "{}");
}

#define ALLOW(action, resource)                                                                    \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"" action     \
	"\",\"Resource\":\"" resource "\"}}"
#define WHO                                                                                        \
	"AccessDeniedException: User: arn:aws:iam::012345678901:user/anna is not authorized to perform: "
#define BOX "arn:aws:box:eu-west-1:012345678901:box/"

static void test_tables(struct fixture *f)
{
	set(f, ALLOW("box:Get", BOX "a/*"));
	is_str(call(f, "box", "Get", "{\"Name\": \"a\"}"), "ok",
	       "a resource is made from the request");
	is_str(call(f, "box", "Get", "{\"Name\": \"b\"}"),
	       WHO "box:Get on resource: " BOX
		   "b/lid because no identity-based policy allows the box:Get action");
	is_str(call(f, "box", "Get", "{\"Name\": \"arn:aws:box:eu-west-1:012345678901:box/a/x\"}"),
	       "ok", "an ARN stands for itself");
	is_str(call(f, "box", "List", "{}"),
	       WHO "box:List because no identity-based policy allows the box:List action",
	       "without a line in the table, the action is the operation's, on everything");
	is_str(call(f, "box", "Open", "{}"), "ok", "what is open needs nothing");
	set(f, ALLOW("box:Get", "*"));
	is_str(call(f, "box", "Renamed", "{}"), "ok", "an action may have another name");
	set(f, ALLOW("box:Open", BOX "a"));
	is_str(call(f, "box", "Many", "{\"Names\": [\"a\", \"a\"]}"), "ok", "several questions");
	is_str(call(f, "box", "Many", "{\"Names\": [\"a\", \"b\"]}"),
	       WHO "box:Open on resource: " BOX
		   "b because no identity-based policy allows the box:Open action",
	       "must all be answered well");
}

static void test_keys(struct fixture *f)
{
	set(f,
	    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"box:*\",\"Resource\":\"*\","
	    "\"Condition\":{\"StringEquals\":{\"box:Colour\":\"red\",\"aws:username\":\"anna\",\"aws:PrincipalType\":\"User\","
	    "\"aws:RequestTag/a\":\"1\",\"aws:RequestedRegion\":\"eu-west-1\"},\"ForAllValues:StringEquals\":{"
	    "\"aws:TagKeys\":[\"a\",\"b\"]},\"DateEquals\":{\"aws:CurrentTime\":\"2021-07-22T11:00:00Z\"},"
	    "\"Null\":{\"aws:MultiFactorAuthPresent\":\"true\",\"aws:SourceIp\":\"true\"}}}}");
	is_str(call(f, "box", "List",
		    "{\"Colour\": \"red\", \"Tags\": [{\"Key\": \"a\", \"Value\": \"1\"}]}"),
	       "ok", "conditions see the service's keys and the global ones");
	ok(!str_is(call(f, "box", "List",
			"{\"Colour\": \"red\", \"Tags\": [{\"Key\": \"a\", \"Value\": \"2\"}]}"),
		   "ok"),
	   "the request's tags among them");
	ok(!str_is(call(f, "box", "List",
			"{\"Colour\": \"red\", \"Tags\": {\"a\": \"1\", \"c\": \"1\"}}"),
		   "ok"),
	   "and their keys");
}

static void test_denials(struct fixture *f)
{
	set(f,
	    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}");
	is_str(call(f, "box", "List", "{}"),
	       WHO
	       "box:List with an explicit deny in an identity-based policy: arn:aws:iam::1:policy/p",
	       "a denial names the managed policy it comes from");
	boundary = ALLOW("s3:*", "*");
	set(f, ALLOW("*", "*"));
	is_str(call(f, "box", "List", "{}"),
	       WHO "box:List because no permissions boundary allows the box:List action");
	boundary = "no policy";
	set(f, ALLOW("*", "*"));
	ok(!str_is(call(f, "box", "List", "{}"), "ok"),
	   "a boundary that cannot be read leaves nothing");
	boundary = NULL;
	set(f, "no policy");
	ok(!str_is(call(f, "box", "List", "{}"), "ok"),
	   "a policy that cannot be read grants nothing");
	set(f, NULL);
	ok(!str_is(call(f, "box", "List", "{}"), "ok"), "who is gone may do nothing");
}

static void test_free(struct fixture *f)
{
	struct caller root = { .kind = CALLER_ROOT,
			       .arn = STR("arn:aws:iam::012345678901:root"),
			       .principal = STR("arn:aws:iam::012345678901:root") };

	set(f, NULL);
	is_str(call_as(f, root, "box", "List", "{}"), "ok", "the root may do everything");
	is_str(call_as(f, (struct caller){ .internal = true }, "box", "Pass", "{\"Role\": \"x\"}"),
	       "ok", "so may the workshop itself");
	set(f, ALLOW("*", "*"));
	is_str(call(f, "box", "List", "{}"), "ok", "and an administrator");
}

static void test_pass_role(struct fixture *f)
{
	const char *in = "{\"Role\": \"arn:aws:iam::012345678901:role/R\"}";

	set(f, ALLOW("box:*", "*"));
	is_str(call(f, "box", "Pass", in),
	       WHO
	       "iam:PassRole on resource: arn:aws:iam::012345678901:role/R because no identity-based policy allows the "
	       "iam:PassRole action",
	       "a role is not passed on without permission");
	set(f,
	    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"box:*\",\"Resource\":\"*\"},"
	    "{\"Effect\":\"Allow\",\"Action\":\"iam:PassRole\",\"Resource\":\"arn:aws:iam::*:role/R\",\"Condition\":"
	    "{\"StringEquals\":{\"iam:PassedToService\":\"lambda.amazonaws.com\"}}}]}");
	is_str(call(f, "box", "Pass", in), "ok", "with it, to the service it names");
	ok(!str_is(call(f, "box", "Pass", "{\"Role\": \"arn:aws:iam::012345678901:role/S\"}"),
		   "ok"),
	   "and no other role");
}

static void test_memory(struct fixture *f)
{
	set(f, ALLOW("box:*", "*"));
	asked = 0;
	call(f, "box", "List", "{}");
	call(f, "box", "List", "{}");
	is_int(asked, 1, "IAM is asked once");
	call_as(f, (struct caller){ .internal = true }, "iam", "Look", "{}");
	call(f, "box", "List", "{}");
	is_int(asked, 1, "also after who only looked");
	call_as(f, (struct caller){ .internal = true }, "iam", "Refuse", "{}");
	call(f, "box", "List", "{}");
	is_int(asked, 2, "and again after a change, also one that failed");
	aws_policies_forget(f->account);
	call(f, "box", "List", "{}");
	is_int(asked, 3, "or when the account's changes were undone");
}

/* What is remembered stays for all of a call, however much that asks about; then the oldest go. */
static void test_trim(struct fixture *f)
{
	enum { MANY = 100 };
	struct remembered *first;
	int left = 0;

	memory_forget(f->account);
	for (int i = 0; i < MANY; i++)
		memory_add(f->account, arena_strf(f->a, "arn:%d", i));
	first = memory_find(f->account, STR("arn:0"));
	ok(first, "nothing is forgotten while it may be in use");
	memory_trim(f->account);
	ok(memory_find(f->account, STR("arn:0")) == first,
	   "what was used last stays when many are forgotten");
	ok(!memory_find(f->account, STR("arn:1")), "the oldest is gone");
	for (int i = 0; i < MANY; i++)
		left += memory_find(f->account, arena_strf(f->a, "arn:%d", i)) != NULL;
	is_int(left, 64, "as are all but a number");
	memory_trim(f->account);
	ok(memory_find(f->account, STR("arn:99")), "then nothing more");
	memory_forget(f->account);
}

static void test_trust(struct fixture *f)
{
	struct op op = { .arena = f->a };
	struct str lambda = STR(
		"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"Service\":"
		"\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}}");

	ok(authorize_trust(&op, lambda, "lambda.amazonaws.com"),
	   "a service may act as a role that trusts it");
	ok(!authorize_trust(&op, lambda, "states.amazonaws.com"), "another may not");
	ok(!authorize_trust(&op, STR("{}"), "lambda.amazonaws.com"),
	   "nor as one that trusts nobody");
}

int main(void)
{
	struct arena *a = arena_new();
	const struct aws_config config = { .services = services,
					   .region = "eu-west-1",
					   .clock = test_clock };
	struct fixture f = { .a = a, .aws = aws_new(&config) };
	char *dir = arena_printf(a, "%s/immersion-authorize-XXXXXX",
				 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	const char *why = "";

	f.account = mkdtemp(dir) ? account_open(dir, STR("012345678901"), aws_schemas(f.aws), true,
						a, &why)
				 : NULL;
	if (!ok(f.account, "an account opens"))
		return 1;
	test_tables(&f);
	test_keys(&f);
	test_denials(&f);
	test_free(&f);
	test_pass_role(&f);
	test_memory(&f);
	test_trim(&f);
	test_trust(&f);
	account_close(f.account);
	aws_free(f.aws);
	folder_remove(dir);
	arena_free(a);
	return done_testing();
}
