/*
 * The policy language: what is refused and why, and what each operator holds for.
 *
 * From: IAM User Guide, "IAM JSON policy elements reference" (each element's page, "Condition operators", "Policy
 * variables", "Multivalued context keys"); IAM API Reference, "Position"; the reasons of MalformedPolicyDocument as
 * CreatePolicy and CreateRole answer them.
 */
#include "aws/policy.h"

#include "unit/tap.h"

static struct arena *a;

#define V      "\"Version\":\"2012-10-17\""
#define DOC(s) "{" V ",\"Statement\":" s "}"
#define SAY(s) DOC("{\"Effect\":\"Allow\"," s "}")
#define PLAIN  "\"Action\":\"s3:Get*\",\"Resource\":\"*\""
#define WHO    "\"Principal\":{\"AWS\":\"123456789012\"}"
#define ASSUME WHO ",\"Action\":\"sts:AssumeRole\""

static const struct {
	enum policy_kind kind;
	const char *text, *why; /* NULL: accepted */
} documents[] = {
	{ POLICY_IDENTITY, SAY(PLAIN), NULL },
	{ POLICY_IDENTITY,
	  DOC("[{\"Effect\":\"Deny\",\"NotAction\":[\"iam:*\"],\"NotResource\":\"arn:aws:s3:::b/*\"}]"),
	  NULL },
	{ POLICY_IDENTITY, SAY("\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{}"), NULL },
	{ POLICY_IDENTITY, "not json", "Syntax errors in policy." },
	{ POLICY_IDENTITY, "", "Syntax errors in policy." },
	{ POLICY_IDENTITY, "[]", "Syntax errors in policy." },
	{ POLICY_IDENTITY, "{}", "Syntax errors in policy." },
	{ POLICY_IDENTITY, DOC("[]"), "Syntax errors in policy." },
	{ POLICY_IDENTITY, "{" V ",\"Comment\":\"x\",\"Statement\":[]}",
	  "Syntax errors in policy." },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"Extra\":1"), "Syntax errors in policy." },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"Condition\":{\"StringIs\":{\"a:b\":\"c\"}}"),
	  "Syntax errors in policy." },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"Sid\":1"), "Syntax errors in policy." },
	{ POLICY_IDENTITY, SAY("\"Action\":{},\"Resource\":\"*\""), "Syntax errors in policy." },
	{ POLICY_IDENTITY,
	  "{\"Version\":\"2013-10-17\",\"Statement\":{\"Effect\":\"Allow\"," PLAIN "}}",
	  "Syntax errors in policy." },
	{ POLICY_IDENTITY, "{\"Statement\":{\"Effect\":\"Allow\"," PLAIN "}}",
	  "Policy document must be version 2012-10-17 or greater." },
	{ POLICY_IDENTITY,
	  "{\"Version\":\"2008-10-17\",\"Statement\":{\"Effect\":\"Allow\"," PLAIN "}}",
	  "Policy document must be version 2012-10-17 or greater." },
	{ POLICY_IDENTITY, DOC("{\"Effect\":\"allow\"," PLAIN "}"),
	  "The policy failed legacy parsing" },
	{ POLICY_IDENTITY, DOC("{\"Effect\":\"Maybe\"," PLAIN "}"), "Syntax errors in policy." },
	{ POLICY_IDENTITY,
	  SAY(PLAIN ",\"Condition\":{\"DateLessThan\":{\"aws:CurrentTime\":\"soon\"}}"),
	  "The policy failed legacy parsing" },
	{ POLICY_IDENTITY, SAY(WHO "," PLAIN), "Policy document should not specify a principal." },
	{ POLICY_IDENTITY, SAY("\"Resource\":\"*\""), "Policy statement must contain actions." },
	{ POLICY_IDENTITY, SAY("\"Action\":[],\"Resource\":\"*\""),
	  "Policy statement must contain actions." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:*\""), "Policy statement must contain resources." },
	{ POLICY_AUTHORIZER, SAY("\"Action\":\"s3:*\""),
	  "Policy statement must contain resources." },
	{ POLICY_AUTHORIZER,
	  DOC("[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":[]},{\"Effect\":\"Allow\"," PLAIN
	      "}]"),
	  NULL },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:*\",\"Resource\":[]"),
	  "Policy statement must contain resources." },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"Resource\":\"*\""),
	  "Statement/policy already has instance of Resource" },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"NotResource\":\"*\""), "Syntax errors in policy." },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"NotAction\":\"s3:*\""), "Syntax errors in policy." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"GetObject\""),
	  "Policy statement must contain resources." },
	{ POLICY_IDENTITY, "{\"Statement\":{\"Effect\":\"denY\"," PLAIN "}}",
	  "Policy document must be version 2012-10-17 or greater." },
	{ POLICY_IDENTITY, SAY("\"Resource\":\"arn:aws:s3::b\""),
	  "The policy failed legacy parsing" },
	{ POLICY_IDENTITY,
	  SAY("\"Action\":\"s3:Get\",\"Resource\":[\"arn:azure:s3:::b\",\"arn:aws::b\"]"),
	  "The policy failed legacy parsing" },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:Get\",\"Resource\":\"arn:aws:b\""), NULL },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:Get\",\"Resource\":[\"*\",null]"), NULL },
	{ POLICY_IDENTITY,
	  SAY("\"Action\":\"s3:Get\",\"Resource\":\"arn:aws:s3:eu-west-1:1:accesspoint/a\""),
	  NULL },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"Condition\":{\"DateLessThan\":{\"a\":\"01T\"}}"), NULL },
	{ POLICY_IDENTITY,
	  SAY(PLAIN ",\"Condition\":{\"DateLessThan\":{\"a\":\"2016-12-13t2:00:00.593194+23\"}}"),
	  NULL },
	{ POLICY_IDENTITY,
	  SAY(PLAIN ",\"Condition\":{\"DateLessThan\":{\"a\":\"2016-12-13t2:00:00.593194+1\"}}"),
	  "The policy failed legacy parsing" },
	{ POLICY_IDENTITY, SAY(PLAIN ",\"Condition\":{\"DateLessThan\":{\"a\":\"234-13\"}}"),
	  "The policy failed legacy parsing" },
	{ POLICY_IDENTITY, "{" V "," V ",\"Statement\":[]}",
	  "Statement/policy already has instance of Version" },
	{ POLICY_IDENTITY,
	  DOC("[{\"Sid\":\"a\",\"Effect\":\"Allow\"," PLAIN
	      "},{\"Sid\":\"a\",\"Effect\":\"Deny\"," PLAIN "}]"),
	  "Statement IDs (SID) in a single policy must be unique." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"GetObject\",\"Resource\":\"*\""),
	  "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:Get:Object\",\"Resource\":\"*\""),
	  "Actions/Condition can contain only one colon." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s_3:Get\",\"Resource\":\"*\""),
	  "Vendor s_3 is not valid" },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:Get\",\"Resource\":\"bucket\""),
	  "Resource bucket must be in ARN format or \"*\"." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:Get\",\"Resource\":\"arn:azure:s3:::b\""),
	  "Partition \"azure\" is not valid for resource \"arn:azure:s3:::b\"." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:Get\",\"Resource\":\"arn:aws\""),
	  "Resource vendor must be fully qualified and cannot contain regexes." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"s3:Get\",\"Resource\":\"arn:aws:s3:eu-west-1::b\""),
	  "Resource arn:aws:s3:eu-west-1::b can not contain region information." },
	{ POLICY_IDENTITY,
	  SAY("\"Action\":\"iam:Get\",\"Resource\":\"arn:aws:iam:eu-west-1::user/a\""),
	  "IAM resource arn:aws:iam:eu-west-1::user/a cannot contain region information." },
	{ POLICY_IDENTITY, SAY("\"Action\":\"iam:Get\",\"Resource\":\"arn:aws:iam::1:people/a\""),
	  "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, group/, "
	  "instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, "
	  "access-report/." },
	{ POLICY_TRUST, SAY(ASSUME), NULL },
	{ POLICY_TRUST, "{\"Statement\":[{\"Effect\":\"Allow\"," ASSUME "}]}", NULL },
	{ POLICY_TRUST,
	  SAY("\"Principal\":{\"Service\":[\"lambda.amazonaws.com\"]},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"]"),
	  NULL },
	{ POLICY_TRUST, "{", "This policy contains invalid Json" },
	{ POLICY_TRUST, "{\"probe\":\"x\"}", "Unknown field probe" },
	{ POLICY_TRUST, DOC("[]"), "Could not parse the policy: Statement is empty!" },
	{ POLICY_TRUST, "{" V "}", "Missing required field Statement" },
	{ POLICY_TRUST, "{\"Version\":\"1\",\"Statement\":[]}",
	  "The policy must contain a valid version string" },
	{ POLICY_TRUST, DOC("{" ASSUME "}"), "Missing required field Effect" },
	{ POLICY_TRUST, DOC("{\"Effect\":\"allow\"," ASSUME "}"), "Invalid effect: allow" },
	{ POLICY_TRUST, SAY("\"Action\":\"sts:AssumeRole\""), "Missing required field Principal" },
	{ POLICY_TRUST, SAY("\"Principal\":{},\"Action\":\"sts:AssumeRole\""),
	  "Missing required field Principal cannot be empty!" },
	{ POLICY_TRUST, SAY("\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\""),
	  "Principal must be a JSON object." },
	{ POLICY_TRUST, SAY("\"Principal\":{\"Aws\":\"*\"},\"Action\":\"sts:AssumeRole\""),
	  "Invalid principal in policy: \"Aws\"" },
	{ POLICY_TRUST, SAY("\"NotPrincipal\":{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\""),
	  "Allow with NotPrincipal is not allowed." },
	{ POLICY_TRUST, SAY(WHO), "Missing required field Action" },
	{ POLICY_TRUST, SAY(WHO ",\"Action\":\"*\""),
	  "AssumeRole policy may only specify STS AssumeRole actions." },
	{ POLICY_TRUST, SAY(WHO ",\"Action\":\"sts:BadAssumeRole\""),
	  "AssumeRole policy may only specify STS AssumeRole actions." },
	{ POLICY_TRUST, SAY(WHO ",\"Action\":\"sts:AssumeRole*\""), NULL },
	{ POLICY_TRUST, SAY(ASSUME ",\"Resource\":\"*\""), "Has prohibited field Resource" },
	{ POLICY_TRUST, SAY(ASSUME ",\"NotResource\":\"*\""),
	  "AssumeRole policy must not contain resources." },
	{ POLICY_TRUST,
	  SAY("\"Principal\":{\"Federated\":\"cognito-identity.amazonaws.com\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\""),
	  "A condition block must be present for the Cognito provider" },
	{ POLICY_RESOURCE, SAY("\"Principal\":\"*\"," PLAIN), NULL },
	{ POLICY_RESOURCE, SAY(PLAIN), "Missing required field Principal" },
	{ POLICY_RESOURCE, SAY(WHO ",\"Action\":\"s3:*\""), "Missing required field Resource" },
};

static void test_documents(void)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		const char *why = NULL, *text = documents[i].text;
		struct policy *policy = policy_parse(a, str_of(text), documents[i].kind, &why);
		struct policy *again;
		struct buf b, c;

		if (documents[i].why) {
			is_str(why, documents[i].why, "%.200s is refused", text);
			continue;
		}
		if (!ok(policy, "%.200s is accepted", text))
			continue;
		buf_init(&b, BUF_MAX);
		buf_init(&c, BUF_MAX);
		policy_print(&b, policy);
		again = policy_parse(a, buf_str(&b), documents[i].kind, &why);
		if (again)
			policy_print(&c, again);
		is_str(buf_str(&c), buf_str(&b), "and prints as what parses to the same");
		buf_release(&b);
		buf_release(&c);
	}
}

/* As the simulator counts, with a list and without. */
static void test_positions(void)
{
	const char *text =
		"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":"
		"\"dynamodb:*\",\"Resource\":\"*\",\"Condition\":{\"DateGreaterThan\":{"
		"\"aws:CurrentTime\":\"2018-08-16T12:00:00Z\"}}}}";
	struct policy *p = policy_parse(a, str_of(text), POLICY_IDENTITY, NULL);

	is_int(p->statements[0].start.column, 38, "a statement begins behind its brace");
	is_int(p->statements[0].end.column, 167, "and ends behind the other");
	p = policy_parse(
		a,
		STR("{\"Version\": \"2012-10-17\",\n\"Statement\": [\n {\"Effect\":\"Allow\"," PLAIN
		    "},\n {\"Effect\":\"Deny\"," PLAIN "}]}"),
		POLICY_IDENTITY, NULL);
	is_int(p->statements[0].start.line, 2, "in a list it begins behind the bracket");
	is_int(p->statements[0].start.column, 15);
	is_int(p->statements[1].start.line, 3, "or behind the one before it");
	is_int(p->statements[1].end.line, 4);
}

/* --- conditions ---------------------------------------------------------------------- */

static struct str one(const char *text)
{
	return str_of(text);
}

static bool find(void *arg, struct str name, struct policy_values *values)
{
	static struct str tags[] = { STR_INIT("Team"), STR_INIT("Cost") };
	static struct str none[1];
	const struct policy_key keys[] = {
		{ STR("aws:username"), { (struct str[]){ one("anna") }, 1, false } },
		{ STR("aws:CurrentTime"),
		  { (struct str[]){ one("2021-07-22T11:00:00Z") }, 1, false } },
		{ STR("aws:EpochTime"), { (struct str[]){ one("1626951600") }, 1, false } },
		{ STR("aws:SourceIp"), { (struct str[]){ one("10.1.2.3") }, 1, false } },
		{ STR("aws:PrincipalArn"),
		  { (struct str[]){ one("arn:aws:iam::123456789012:user/team/anna") }, 1, false } },
		{ STR("aws:SecureTransport"), { (struct str[]){ one("false") }, 1, false } },
		{ STR("aws:TagKeys"), { tags, 2, true } },
		{ STR("test:Empty"), { none, 0, true } },
		{ STR("test:Number"), { (struct str[]){ one("10") }, 1, false } },
		{ STR("test:Bytes"), { (struct str[]){ one("aGVsbG8=") }, 1, false } },
		{ STR("test:Star"), { (struct str[]){ one("a*c") }, 1, false } },
		{ STR("test:Ip6"), { (struct str[]){ one("2001:db8::17") }, 1, false } },
		{ STR_NONE, { NULL, 0, false } },
	};
	static struct str copies[4];

	(void)arg;
	if (!policy_find_key((void *)keys, name, values))
		return false;
	if (values->count <= 1) {
		static size_t turn;

		turn = (turn + 1) % 4;
		if (values->count)
			copies[turn] = values->at[0];
		values->at = &copies[turn];
	}
	return true;
}

static const struct {
	const char *condition;
	bool holds;
} conditions[] = {
	{ "\"StringEquals\":{\"aws:username\":\"anna\"}", true },
	{ "\"StringEquals\":{\"AWS:UserName\":\"anna\"}", true },
	{ "\"StringEquals\":{\"aws:username\":\"Anna\"}", false },
	{ "\"StringEquals\":{\"aws:username\":[\"bert\",\"anna\"]}", true },
	{ "\"StringEquals\":{\"aws:username\":\"ann*\"}", false },
	{ "\"StringEquals\":{\"aws:nothing\":\"x\"}", false },
	{ "\"StringEqualsIfExists\":{\"aws:nothing\":\"x\"}", true },
	{ "\"StringEqualsIfExists\":{\"aws:username\":\"x\"}", false },
	{ "\"StringNotEquals\":{\"aws:username\":\"bert\"}", true },
	{ "\"StringNotEquals\":{\"aws:username\":[\"bert\",\"anna\"]}", false },
	{ "\"StringNotEquals\":{\"aws:nothing\":\"x\"}", true },
	{ "\"StringEqualsIgnoreCase\":{\"aws:username\":\"ANNA\"}", true },
	{ "\"StringNotEqualsIgnoreCase\":{\"aws:username\":\"ANNA\"}", false },
	{ "\"StringLike\":{\"aws:username\":\"a??a\"}", true },
	{ "\"StringLike\":{\"aws:username\":\"*n*\"}", true },
	{ "\"StringLike\":{\"aws:username\":\"a?a\"}", false },
	{ "\"StringLike\":{\"aws:username\":\"A*\"}", false },
	{ "\"StringNotLike\":{\"aws:username\":\"a*\"}", false },
	{ "\"StringLike\":{\"test:Star\":\"a${*}c\"}", true },
	{ "\"StringLike\":{\"aws:username\":\"a${*}\"}", false },
	{ "\"StringLike\":{\"test:Star\":\"${test:Star}\"}", true },
	{ "\"StringLike\":{\"aws:username\":\"${test:Star}\"}", false },
	{ "\"StringEquals\":{\"aws:username\":\"${aws:username}\"}", true },
	{ "\"StringEquals\":{\"aws:username\":\"${aws:nothing, 'anna'}\"}", true },
	{ "\"StringEquals\":{\"aws:username\":\"${aws:username, 'x'}\"}", true },
	{ "\"StringEquals\":{\"aws:username\":\"${aws:nothing}\"}", false },
	{ "\"StringEquals\":{\"aws:username\":\"${aws:TagKeys}\"}", false },
	{ "\"NumericEquals\":{\"test:Number\":\"10\"}", true },
	{ "\"NumericEquals\":{\"test:Number\":10.0}", true },
	{ "\"NumericNotEquals\":{\"test:Number\":\"10\"}", false },
	{ "\"NumericLessThan\":{\"test:Number\":\"10\"}", false },
	{ "\"NumericLessThan\":{\"test:Number\":\"9.5\"}", false },
	{ "\"NumericLessThan\":{\"test:Number\":\"100\"}", true },
	{ "\"NumericLessThanEquals\":{\"test:Number\":10}", true },
	{ "\"NumericGreaterThan\":{\"test:Number\":\"9\"}", true },
	{ "\"NumericGreaterThanEquals\":{\"test:Number\":\"10.5\"}", false },
	{ "\"NumericEquals\":{\"aws:username\":\"10\"}", false },
	{ "\"DateEquals\":{\"aws:CurrentTime\":\"2021-07-22T11:00:00Z\"}", true },
	{ "\"DateEquals\":{\"aws:EpochTime\":\"2021-07-22T11:00:00Z\"}", true },
	{ "\"DateEquals\":{\"aws:CurrentTime\":\"1626951600\"}", true },
	{ "\"DateNotEquals\":{\"aws:CurrentTime\":\"2021-07-22T11:00:00Z\"}", false },
	{ "\"DateLessThan\":{\"aws:CurrentTime\":\"2021-07-23\"}", true },
	{ "\"DateLessThanEquals\":{\"aws:CurrentTime\":\"2021-07-22T11:00:00Z\"}", true },
	{ "\"DateGreaterThan\":{\"aws:CurrentTime\":\"2021-07-22T11:00:00Z\"}", false },
	{ "\"DateGreaterThanEquals\":{\"aws:CurrentTime\":\"2021-07-22T13:00:00+02:00\"}", true },
	{ "\"Bool\":{\"aws:SecureTransport\":\"false\"}", true },
	{ "\"Bool\":{\"aws:SecureTransport\":true}", false },
	{ "\"BinaryEquals\":{\"test:Bytes\":\"aGVsbG8=\"}", true },
	{ "\"BinaryEquals\":{\"test:Bytes\":\"aGVsbG9v\"}", false },
	{ "\"IpAddress\":{\"aws:SourceIp\":\"10.1.0.0/16\"}", true },
	{ "\"IpAddress\":{\"aws:SourceIp\":\"10.1.2.3\"}", true },
	{ "\"IpAddress\":{\"aws:SourceIp\":[\"192.168.0.0/16\",\"10.1.2.0/31\"]}", false },
	{ "\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}", true },
	{ "\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}", false },
	{ "\"NotIpAddress\":{\"aws:SourceIp\":\"11.0.0.0/8\"}", true },
	{ "\"IpAddress\":{\"test:Ip6\":\"2001:db8::/33\"}", true },
	{ "\"IpAddress\":{\"test:Ip6\":\"10.0.0.0/8\"}", false },
	{ "\"ArnEquals\":{\"aws:PrincipalArn\":\"arn:aws:iam::123456789012:user/*\"}", true },
	{ "\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:user/team/?nna\"}", true },
	{ "\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:*:user/team/anna\"}", false },
	{ "\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::123456789012:user/team/${aws:username}\"}",
	  true },
	{ "\"ArnNotEquals\":{\"aws:PrincipalArn\":\"arn:aws:iam::123456789012:user/*\"}", false },
	{ "\"ArnNotLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::210987654321:*\"}", true },
	{ "\"Null\":{\"aws:nothing\":\"true\"}", true },
	{ "\"Null\":{\"aws:username\":\"true\"}", false },
	{ "\"Null\":{\"aws:username\":false}", true },
	{ "\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"Team\",\"Cost\",\"Stage\"]}", true },
	{ "\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"Team\"]}", false },
	{ "\"ForAllValues:StringEquals\":{\"aws:nothing\":[\"Team\"]}", true },
	{ "\"ForAllValues:StringEquals\":{\"test:Empty\":[\"Team\"]}", true },
	{ "\"ForAnyValue:StringEquals\":{\"aws:TagKeys\":[\"Team\"]}", true },
	{ "\"ForAnyValue:StringEquals\":{\"aws:TagKeys\":[\"Stage\"]}", false },
	{ "\"ForAnyValue:StringEquals\":{\"aws:nothing\":[\"Team\"]}", false },
	{ "\"ForAnyValue:StringLike\":{\"aws:TagKeys\":\"Te*\"}", true },
	{ "\"ForAllValues:StringNotEquals\":{\"aws:TagKeys\":[\"Stage\"]}", true },
	{ "\"ForAllValues:StringNotEquals\":{\"aws:TagKeys\":[\"Team\"]}", false },
	{ "\"ForAnyValue:StringNotEquals\":{\"aws:TagKeys\":[\"Team\"]}", true },
	{ "\"ForAnyValue:StringLikeIfExists\":{\"aws:nothing\":\"x\"}", true },
	{ "\"StringEquals\":{\"aws:username\":\"anna\"},\"Bool\":{\"aws:SecureTransport\":\"true\"}",
	  false },
	{ "\"StringEquals\":{\"aws:username\":\"anna\",\"test:Number\":\"11\"}", false },
	{ "\"StringEquals\":{\"aws:username\":[]}", false },
};

static struct policy *allow_if(const char *condition)
{
	const char *why = NULL;
	struct policy *p = policy_parse(
		a,
		arena_strf(a, SAY("\"Action\":\"s3:Get*\",\"Resource\":\"*\",\"Condition\":{%s}"),
			   condition),
		POLICY_IDENTITY, &why);

	if (!p)
		diag("%s: %s", condition, why);
	return p;
}

static enum policy_decision ask(struct policy *p, const char *action, const char *resource)
{
	const struct policy *all[] = { p };
	struct policy_set set = { .identity = all, .identity_count = 1 };
	struct policy_request request = {
		.arena = a,
		.action = str_of(action),
		.resource = str_of(resource),
		.caller = { .account = STR("123456789012"),
			    .arn = STR("arn:aws:iam::123456789012:user/team/anna") },
		.find = find
	};
	struct policy_verdict verdict;

	if (!p)
		return POLICY_EXPLICIT_DENY;
	policy_decide(&request, &set, &verdict);
	return verdict.decision;
}

static void test_conditions(void)
{
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		ok(ask(allow_if(conditions[i].condition), "s3:GetObject", "arn:aws:s3:::b/k") ==
			   (conditions[i].holds ? POLICY_ALLOWED : POLICY_IMPLICIT_DENY),
		   "%s %s", conditions[i].condition,
		   conditions[i].holds ? "holds" : "does not hold");
}

/* --- actions and resources ------------------------------------------------------------------ */

static const struct {
	const char *statement, *action, *resource;
	bool applies;
} statements[] = {
	{ "\"Action\":\"s3:*\",\"Resource\":\"*\"", "s3:GetObject", "arn:aws:s3:::b/k", true },
	{ "\"Action\":\"S3:getobject\",\"Resource\":\"*\"", "s3:GetObject", "*", true },
	{ "\"Action\":\"s3:Get*\",\"Resource\":\"*\"", "s3:PutObject", "*", false },
	{ "\"Action\":\"s3:Get??????\",\"Resource\":\"*\"", "s3:GetObject", "*", true },
	{ "\"Action\":\"*\",\"Resource\":\"*\"", "iam:CreateUser", "*", true },
	{ "\"NotAction\":\"iam:*\",\"Resource\":\"*\"", "s3:GetObject", "*", true },
	{ "\"NotAction\":\"iam:*\",\"Resource\":\"*\"", "iam:CreateUser", "*", false },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/*\"", "s3:GetObject",
	  "arn:aws:s3:::b/x/y", true },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/*\"", "s3:GetObject", "arn:aws:s3:::b",
	  false },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::B/*\"", "s3:GetObject",
	  "arn:aws:s3:::b/x", false },
	{ "\"Action\":\"s3:*\",\"Resource\":[\"arn:aws:s3:::a\",\"arn:aws:s3:::b\"]",
	  "s3:GetObject", "arn:aws:s3:::b", true },
	{ "\"Action\":\"s3:*\",\"NotResource\":\"arn:aws:s3:::b/*\"", "s3:GetObject",
	  "arn:aws:s3:::c/x", true },
	{ "\"Action\":\"s3:*\",\"NotResource\":\"arn:aws:s3:::b/*\"", "s3:GetObject",
	  "arn:aws:s3:::b/x", false },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/${aws:username}/*\"", "s3:GetObject",
	  "arn:aws:s3:::b/anna/x", true },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/${aws:username}/*\"", "s3:GetObject",
	  "arn:aws:s3:::b/bert/x", false },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/${aws:nothing}/*\"", "s3:GetObject",
	  "arn:aws:s3:::b//x", false },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/${aws:nothing, 'all'}/*\"",
	  "s3:GetObject", "arn:aws:s3:::b/all/x", true },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/${*}\"", "s3:GetObject",
	  "arn:aws:s3:::b/x", false },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/?\"", "s3:GetObject",
	  "arn:aws:s3:::b/\xc3\xa9", true },
	{ "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b\"", "s3:ListAllMyBuckets", "*",
	  false },
};

static void test_statements(void)
{
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		struct policy *p =
			policy_parse(a, arena_strf(a, SAY("%s"), statements[i].statement),
				     POLICY_IDENTITY, NULL);

		ok(ask(p, statements[i].action, statements[i].resource) ==
			   (statements[i].applies ? POLICY_ALLOWED : POLICY_IMPLICIT_DENY),
		   "%s %s %s on %s", statements[i].statement,
		   statements[i].applies ? "allows" : "does not allow", statements[i].action,
		   statements[i].resource);
	}
}

/* "${...}" means nothing before 2012-10-17. */
static void test_old_version(void)
{
	struct policy *p = policy_parse(
		a,
		STR("{\"Version\":\"2008-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\","
		    "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/${aws:username}\"}}"),
		POLICY_RESOURCE, NULL);
	struct policy_set set = { .resource = p };
	struct policy_request request = { .arena = a,
					  .action = STR("s3:GetObject"),
					  .resource = STR("arn:aws:s3:::b/anna"),
					  .find = find };
	struct policy_verdict verdict;

	policy_decide(&request, &set, &verdict);
	ok(verdict.decision == POLICY_IMPLICIT_DENY, "older documents know no variables");
	request.resource = STR("arn:aws:s3:::b/${aws:username}");
	policy_decide(&request, &set, &verdict);
	ok(verdict.decision == POLICY_ALLOWED, "there they are text");
}

static void test_context_keys(void)
{
	const struct policy *p =
		allow_if("\"StringEquals\":{\"aws:username\":\"${aws:PrincipalTag/team, 'x'}\","
			 "\"s3:prefix\":\"${*}\"},\"Null\":{\"AWS:UserName\":\"true\"}");
	size_t n;
	struct str *keys = policy_context_keys(a, &p, 1, &n);

	is_int((int64_t)n, 3, "each key is told once");
	is_str(keys[0], "aws:username");
	is_str(keys[1], "aws:PrincipalTag/team");
	is_str(keys[2], "s3:prefix");
}

/* --- combinations ------------------------------------------------------------------------------
 *
 * From: IAM User Guide, "Policy evaluation for requests within a single account", "Cross-account policy evaluation
 * logic", "Permissions boundaries for IAM entities", "AWS JSON policy elements: Principal" and "NotPrincipal".
 */

enum who { USER, ROLE, FEDERATED, SERVICE, LOGS, STRANGER, ROOT };

#define YES      SAY("\"Action\":\"s3:*\",\"Resource\":\"*\"")
#define NO       DOC("{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"}")
#define OTHER    SAY("\"Action\":\"sqs:*\",\"Resource\":\"*\"")
#define FOR(who) SAY("\"Principal\":" who ",\"Action\":\"s3:*\",\"Resource\":\"*\"")
#define AGAINST(k, who)                                                                            \
	DOC("{\"Effect\":\"Deny\",\"" k "\":" who ",\"Action\":\"s3:*\",\"Resource\":\"*\"}")
#define ACCOUNT     "{\"AWS\":\"123456789012\"}"
#define THE_USER    "{\"AWS\":\"arn:aws:iam::123456789012:user/anna\"}"
#define THE_ROLE    "{\"AWS\":\"arn:aws:iam::123456789012:role/R\"}"
#define THE_SESSION "{\"AWS\":\"arn:aws:sts::123456789012:assumed-role/R/s\"}"

static const struct {
	const char *name;
	enum who who;
	const char *identity, *boundary, *session, *resource;
	const char
		*want; /* "allowed", or the kind that stands in the way; "!" in front: explicitly */
} combinations[] = {
	{ "Nothing is allowed by default", USER, NULL, NULL, NULL, NULL, "identity" },
	{ "An identity policy allows", USER, YES, NULL, NULL, NULL, "allowed" },
	{ "An explicit denial wins over it", USER, YES, NULL, NULL, AGAINST("Principal", "\"*\""),
	  "!resource" },
	{ "also within one kind", USER, NO, NULL, NULL, FOR(THE_USER), "!identity" },
	{ "A boundary grants nothing", USER, NULL, YES, NULL, NULL, "identity" },
	{ "A boundary limits", USER, YES, OTHER, NULL, NULL, "boundary" },
	{ "Both must allow", USER, YES, YES, NULL, NULL, "allowed" },
	{ "A boundary denies", USER, YES, NO, NULL, NULL, "!boundary" },
	{ "A session policy grants nothing", ROLE, NULL, NULL, YES, NULL, "identity" },
	{ "A session policy limits", ROLE, YES, NULL, OTHER, NULL, "session" },
	{ "All three must allow", ROLE, YES, YES, YES, NULL, "allowed" },
	{ "A session policy denies", ROLE, YES, YES, NO, NULL, "!session" },
	{ "A resource that names a user grants by itself", USER, NULL, NULL, NULL, FOR(THE_USER),
	  "allowed" },
	{ "whatever the user's boundary leaves", USER, NULL, OTHER, NULL, FOR(THE_USER),
	  "allowed" },
	{ "A resource that names a role grants to its sessions", ROLE, NULL, NULL, NULL,
	  FOR(THE_ROLE), "allowed" },
	{ "within the role's boundary", ROLE, NULL, OTHER, NULL, FOR(THE_ROLE), "boundary" },
	{ "and within session policies", ROLE, NULL, NULL, OTHER, FOR(THE_ROLE), "session" },
	{ "A resource that names a session grants without limits", ROLE, NULL, OTHER, OTHER,
	  FOR(THE_SESSION), "allowed" },
	{ "A resource that names the account leaves it to identity policies", USER, NULL, NULL,
	  NULL, FOR(ACCOUNT), "identity" },
	{ "which may allow", USER, YES, NULL, NULL, FOR(ACCOUNT), "allowed" },
	{ "A resource open to anyone grants", USER, NULL, NULL, NULL, FOR("\"*\""), "allowed" },
	{ "A resource that names somebody else does not", USER, NULL, NULL, NULL, FOR(THE_ROLE),
	  "identity" },
	{ "A resource that names a service grants to it", SERVICE, NULL, NULL, NULL,
	  FOR("{\"Service\":\"lambda.amazonaws.com\"}"), "allowed" },
	{ "and to no other", SERVICE, NULL, NULL, NULL, FOR("{\"Service\":\"sqs.amazonaws.com\"}"),
	  "resource" },
	{ "nor to one with the region's name, unless that is its name too", SERVICE, NULL, NULL,
	  NULL, FOR("{\"Service\":\"lambda.eu-west-1.amazonaws.com\"}"), "resource" },
	{ "as it is of CloudWatch Logs", LOGS, NULL, NULL, NULL,
	  FOR("{\"Service\":\"logs.eu-west-1.amazonaws.com\"}"), "allowed" },
	{ "which has the other as well", LOGS, NULL, NULL, NULL,
	  FOR("{\"Service\":\"logs.amazonaws.com\"}"), "allowed" },
	{ "but not that of another region", LOGS, NULL, NULL, NULL,
	  FOR("{\"Service\":\"logs.us-east-1.amazonaws.com\"}"), "resource" },
	{ "and a denial counts by either name", LOGS, NULL, NULL, NULL,
	  AGAINST("Principal", "{\"Service\":\"logs.eu-west-1.amazonaws.com\"}"), "!resource" },
	{ "The root needs no policy", ROOT, NULL, NULL, NULL, NULL, "allowed" },
	{ "but a resource may deny it", ROOT, NULL, NULL, NULL, AGAINST("Principal", ACCOUNT),
	  "!resource" },
	{ "A federated user is limited by what was passed", FEDERATED, YES, NULL, OTHER, NULL,
	  "session" },
	{ "A resource may name a federated user", FEDERATED, NULL, NULL, OTHER,
	  FOR("{\"AWS\":\"arn:aws:sts::123456789012:federated-user/guest\"}"), "allowed" },
	{ "A resource that names the federated user's user is limited", FEDERATED, NULL, NULL,
	  OTHER, FOR(THE_USER), "session" },
	{ "From another account, both sides must allow", STRANGER, YES, NULL, NULL, NULL,
	  "resource" },
	{ "the identity's too", STRANGER, NULL, NULL, NULL, FOR("\"*\""), "identity" },
	{ "and then it is allowed", STRANGER, YES, NULL, NULL, FOR("{\"AWS\":\"210987654321\"}"),
	  "allowed" },
	{ "NotPrincipal denies everybody else", USER, YES, NULL, NULL,
	  AGAINST("NotPrincipal", THE_ROLE), "!resource" },
	{ "even who is named without the account", USER, YES, NULL, NULL,
	  AGAINST("NotPrincipal", THE_USER), "!resource" },
	{ "but not who is named with it", USER, YES, NULL, NULL,
	  AGAINST("NotPrincipal",
		  "{\"AWS\":[\"arn:aws:iam::123456789012:user/anna\",\"123456789012\"]}"),
	  "allowed" },
	{ "A session is spared with its role and account", ROLE, YES, NULL, NULL,
	  AGAINST("NotPrincipal",
		  "{\"AWS\":[\"arn:aws:sts::123456789012:assumed-role/R/s\","
		  "\"arn:aws:iam::123456789012:role/R\",\"arn:aws:iam::123456789012:root\"]}"),
	  "allowed" },
};

static const struct policy_caller callers[] = {
	[USER] = { .account = STR_INIT("123456789012"),
		   .arn = STR_INIT("arn:aws:iam::123456789012:user/anna"),
		   .id = STR_INIT("AIDAEXAMPLE") },
	[ROLE] = { .account = STR_INIT("123456789012"),
		   .arn = STR_INIT("arn:aws:sts::123456789012:assumed-role/R/s"),
		   .id = STR_INIT("AROAEXAMPLE:s"),
		   .role_arn = STR_INIT("arn:aws:iam::123456789012:role/R") },
	[FEDERATED] = { .account = STR_INIT("123456789012"),
			.arn = STR_INIT("arn:aws:sts::123456789012:federated-user/guest"),
			.user_arn = STR_INIT("arn:aws:iam::123456789012:user/anna") },
	[SERVICE] = { .service = STR_INIT("lambda.amazonaws.com") },
	[LOGS] = { .service = STR_INIT("logs.amazonaws.com"),
		   .service_here = STR_INIT("logs.eu-west-1.amazonaws.com") },
	[STRANGER] = { .account = STR_INIT("210987654321"),
		       .arn = STR_INIT("arn:aws:iam::210987654321:user/bert") },
	[ROOT] = { .account = STR_INIT("123456789012"),
		   .arn = STR_INIT("arn:aws:iam::123456789012:root") },
};

static const struct policy *maybe(const char *text, enum policy_kind kind)
{
	const char *why = NULL;
	const struct policy *p = text ? policy_parse(a, str_of(text), kind, &why) : NULL;

	if (text && !p)
		diag("%s: %s", text, why);
	return p;
}

static const char *decided(const struct policy_verdict *v)
{
	static const char *const names[] = { "identity", "resource", "boundary", "session" };

	if (v->decision == POLICY_ALLOWED)
		return "allowed";
	return arena_printf(a, "%s%s", v->decision == POLICY_EXPLICIT_DENY ? "!" : "",
			    names[v->by]);
}

static void test_combinations(void)
{
	for (size_t i = 0; i < sizeof(combinations) / sizeof(combinations[0]); i++) {
		const struct policy *identity = maybe(combinations[i].identity, POLICY_IDENTITY);
		const struct policy *session = maybe(combinations[i].session, POLICY_IDENTITY);
		struct policy_set set = { .identity = &identity,
					  .identity_count = identity != NULL,
					  .boundary =
						  maybe(combinations[i].boundary, POLICY_IDENTITY),
					  .session = &session,
					  .session_count = session != NULL,
					  .has_session = session != NULL,
					  .resource =
						  maybe(combinations[i].resource, POLICY_RESOURCE),
					  .owner = STR("123456789012"),
					  .root = combinations[i].who == ROOT };
		struct policy_request request = { .arena = a,
						  .action = STR("s3:GetObject"),
						  .resource = STR("arn:aws:s3:::b/k"),
						  .caller = callers[combinations[i].who] };
		struct policy_verdict verdict;

		policy_decide(&request, &set, &verdict);
		is_str(decided(&verdict), combinations[i].want, "%s", combinations[i].name);
	}
}

/* What the simulator tells: which statements matched, and which keys it would have to know. */
static void test_verdicts(void)
{
	const struct policy *p = policy_parse(
		a,
		STR(DOC("[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"},"
			"{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":"
			"{\"aws:SecureTransport\":\"false\"}}},"
			"{\"Effect\":\"Deny\",\"Action\":\"sqs:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":"
			"{\"aws:ViaAWSService\":\"false\"}}}]")),
		POLICY_IDENTITY, NULL);
	struct policy_set set = { .identity = &p, .identity_count = 1 };
	struct policy_request request = { .arena = a,
					  .action = STR("s3:GetObject"),
					  .resource = STR("*"),
					  .caller = callers[USER] };
	struct policy_verdict verdict;

	policy_decide(&request, &set, &verdict);
	ok(verdict.decision == POLICY_ALLOWED, "a denial whose key is missing does not apply");
	is_int((int64_t)verdict.matched_count, 1, "one statement matched");
	ok(verdict.matched[0].statement == &p->statements[0], "the first");
	is_int((int64_t)verdict.missing_count, 1, "one key is missing");
	is_str(verdict.missing[0], "aws:SecureTransport", "that of the statement for this action");
	request.find = find;
	policy_decide(&request, &set, &verdict);
	is_str(decided(&verdict), "!identity", "with its key it denies");
	ok(verdict.culprit == p, "and is named");
	is_int((int64_t)verdict.matched_count, 2, "beside the one that allows");
}

int main(void)
{
	a = arena_new();
	test_documents();
	test_positions();
	test_conditions();
	test_statements();
	test_old_version();
	test_context_keys();
	test_combinations();
	test_verdicts();
	arena_free(a);
	return done_testing();
}
