/* CreateUserPoolDomain and what else is done with domains; see domain.h. */
#include "cloud/cognito/domain.h"

#include "aws/names.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/operations.h"

#define KIND "cognito"

struct str idp_domain_pool(struct op *op, struct str domain)
{
	struct stmt *q =
		db_query(op->db, "SELECT pool FROM cognito_domain WHERE domain = ?", "s", domain);
	struct str pool = STR_NONE;

	if (stmt_row(q))
		pool = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	return pool;
}

struct str idp_domain_of(struct op *op, const struct pool *pool)
{
	struct stmt *q =
		db_query(op->db, "SELECT domain FROM cognito_domain WHERE pool = ?", "s", pool->id);
	struct str domain = STR_NONE;

	if (stmt_row(q))
		domain = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	return domain;
}

static bool check_name(struct op *op, struct str domain)
{
	static const char *const reserved[] = { "aws", "amazon", "cognito" };

	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if (str_find_str(domain, str_of(reserved[i])) < 0)
			continue;
		op_fail(op, &InvalidParameterException, "Domain cannot contain reserved word: %s",
			reserved[i]);
		return false;
	}
	return true;
}

static bool check_config(struct op *op)
{
	if (!op_has(op, "CustomDomainConfig"))
		return true;
	op_fail(op, &InvalidParameterException,
		"Invalid request provided: the certificate %.*s does not exist in this account.",
		STR_ARG(json_get_str(op_get(op, "CustomDomainConfig"), "CertificateArn")));
	return false;
}

/* The pool whose domain the request names; false with the error set. */
static bool find(struct op *op, struct pool *pool)
{
	if (!idp_pool(op, pool))
		return false;
	if (str_eq(idp_domain_pool(op, op_str(op, "Domain")), pool->id))
		return true;
	op_fail(op, &InvalidParameterException, "No such domain or user pool exists.");
	return false;
}

enum outcome idp_op_create_user_pool_domain(struct op *op)
{
	struct str domain = op_str(op, "Domain");
	struct pool pool;

	if (!idp_pool(op, &pool) || !check_name(op, domain) || !check_config(op))
		return FAILED;
	if (idp_domain_of(op, &pool).p)
		return op_fail(op, &InvalidParameterException,
			       "The user pool already has a domain configured.");
	if (idp_domain_pool(op, domain).p || !name_claim(op, KIND, domain))
		return op_fail(op, &InvalidParameterException,
			       "Domain already associated with another user pool.");
	db_run(op->db,
	       "INSERT INTO cognito_domain (domain, pool, version, created_at) VALUES (?, ?, ?, ?)",
	       "ssii", domain, pool.id, op_int_or(op, "ManagedLoginVersion", 1), op->now);
	json_set_int(op->out, "ManagedLoginVersion", op_int_or(op, "ManagedLoginVersion", 1));
	return DONE;
}

enum outcome idp_op_describe_user_pool_domain(struct op *op)
{
	struct json_object *o = json_set_object(op->out, "DomainDescription");
	struct str domain = op_str(op, "Domain");
	struct stmt *q =
		db_query(op->db,
			 "SELECT pool, version, created_at FROM cognito_domain WHERE domain = ?",
			 "s", domain);

	/* Of a domain that is nobody's the description is empty. */
	if (!stmt_row(q))
		return DONE;
	json_set_str(o, "UserPoolId", stmt_str(q, 0));
	json_set_cstr(o, "AWSAccountId", op->account->id);
	json_set_str(o, "Domain", domain);
	json_set_str(o, "S3Bucket",
		     arena_strf(op->arena, "aws-cognito-prod-%s-assets", op->region));
	json_set_str(o, "CloudFrontDistribution",
		     arena_strf(op->arena, "%.*s/_aws/cognito/%.*s", STR_ARG(op->endpoint),
				STR_ARG(domain)));
	json_set_str(o, "Version", arena_strf(op->arena, "%lld", (long long)stmt_int(q, 2)));
	json_set_cstr(o, "Status", "ACTIVE");
	json_set_int(o, "ManagedLoginVersion", stmt_int(q, 1));
	stmt_done(q);
	return DONE;
}

enum outcome idp_op_update_user_pool_domain(struct op *op)
{
	struct pool pool;

	if (!find(op, &pool) || !check_config(op))
		return FAILED;
	if (op_has(op, "ManagedLoginVersion"))
		db_run(op->db, "UPDATE cognito_domain SET version = ? WHERE domain = ?", "is",
		       op_int_or(op, "ManagedLoginVersion", 1), op_str(op, "Domain"));
	json_set_int(op->out, "ManagedLoginVersion",
		     db_int(op->db, 1, "SELECT version FROM cognito_domain WHERE domain = ?", "s",
			    op_str(op, "Domain")));
	return DONE;
}

enum outcome idp_op_delete_user_pool_domain(struct op *op)
{
	struct pool pool;

	if (!find(op, &pool))
		return FAILED;
	db_run(op->db, "DELETE FROM cognito_domain WHERE domain = ?", "s", op_str(op, "Domain"));
	name_release(op, KIND, op_str(op, "Domain"));
	return DONE;
}
