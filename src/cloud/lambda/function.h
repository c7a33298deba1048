#ifndef CLOUD_LAMBDA_FUNCTION_H
#define CLOUD_LAMBDA_FUNCTION_H

#include "aws/service.h"

/*
 * Functions and their versions as rows, and what the operations share.
 *
 * What is written about a function is kept as the JSON that the API answers, without what depends on time or on how
 * it was asked for. `content` is a name for code and configuration as they were last changed: a version that was
 * published has that of the $LATEST it was made from, so equal contents need no new version, and environments are
 * kept by it.
 */

/* A name as callers write it: NAME, ACCOUNT:function:NAME, or an ARN, each with :QUALIFIER perhaps. */
struct function_name {
	struct str name, qualifier; /* the qualifier may be absent */
	struct str account, region; /* those of an ARN, or absent */
};

struct function {
	struct str name;
	struct str version;   /* "$LATEST" or "3" */
	struct str qualifier; /* as it was asked for: a version or an alias; absent: none */
	struct json_object *config;
	struct str code;    /* the name of its code (code.h) */
	struct str content; /* changes with code and configuration only */
	struct str layers;  /* names of its layers' code, with blanks between them; empty: none */
	struct str opt;     /* the folder of all of them together, a name of code's; empty: none */
	int64_t created_at, updated_at;
};

/* How long a new function or version is Pending, and a changed one InProgress. */
enum { FUNCTION_SETTLE_MS = 300 };

/* --- names ------------------------------------------------------------------------------- */

/* Take a name apart, whatever it is. */
struct function_name function_name_split(struct str given);
/* Functions of other regions and accounts are out of reach: false with the error set. */
bool function_name_is_here(struct op *op, const struct function_name *n);
/* Which function does the operation mean, by its FunctionName and Qualifier? False with the error set. */
bool function_name_of(struct op *op, struct function_name *out);
/* "arn:aws:lambda:...:function:NAME", with ":QUALIFIER" unless that is absent. */
struct str function_arn(struct op *op, struct str name);
struct str function_arn_of(struct op *op, struct str name, struct str qualifier);
/* Is it a version's number? */
bool qualifier_is_version(struct str qualifier);
bool qualifier_is_latest(struct str qualifier);
/* Neither absent, nor $LATEST, nor a number. */
bool qualifier_is_alias(struct str qualifier);

/* --- rows --------------------------------------------------------------------------------- */

/* $LATEST of the function that the operation names; a qualifier is left aside. False with ResourceNotFound set. */
bool function_latest(struct op *op, struct function *out);
/* What the operation names, a version behind an alias or its weights too. False with the error set. */
bool function_get(struct op *op, struct function *out);
/* The same for a name, without an error. An absent qualifier is $LATEST. */
bool function_resolve(struct op *op, struct str name, struct str qualifier, struct function *out);
/* $LATEST, or a version, without an error. */
bool function_find(struct op *op, struct str name, struct function *out);
bool function_find_version(struct op *op, struct str name, struct str version,
			   struct function *out);
/* Write $LATEST: code or configuration have changed. */
void function_save(struct op *op, struct function *f);
/* Something about it has changed that is not its content, such as its policy: a new RevisionId. */
void function_touch(struct op *op, struct str name, struct str version);
/* A version or alias is gone: so is what was set on it. */
void function_forget_qualifier(struct op *op, struct str name, struct str qualifier);
/*
 * Is $LATEST neither being made nor changed just now, and (when the operation has a RevisionId) of that revision? False
 * with the error set.
 */
bool function_is_settled(struct op *op, const struct function *f);
bool function_revision_good(struct op *op, struct str revision);
/* Its RevisionId now: what is written with a change, until that is through, and another one from then on. */
struct str function_revision(struct op *op, const struct function *f);
bool function_is_pending(const struct op *op, const struct function *f);

enum describe {
	DESCRIBE_QUALIFIED = 1 << 0, /* FunctionArn with the version */
	DESCRIBE_LISTED = 1 << 1,    /* without states, as in lists */
};
/* The configuration as the API answers it, now. */
void function_describe(struct op *op, const struct function *f, unsigned how,
		       struct json_object *out);
/* "2018-11-14T23:03:52.894+0000" */
struct str function_date(struct op *op, int64_t at);

/* Fail with one of Lambda's errors, which say whose fault it was: {"Type": "User"}. */
enum outcome function_fail(struct op *op, const struct aws_error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, for functions that answer whether all is well. */
#define function_refuse(...) (function_fail(__VA_ARGS__), false)

/* Is there such a service here as an ARN is of? False with the error set, which calls it `what`. */
bool function_target_here(struct op *op, const char *what, struct str arn);
/* Add to a metric of the function: for all functions, for this one, and for what of it was asked for. */
void function_emit(struct op *op, struct str name, struct str qualifier,
		   const struct emit_metric *metric);

/* --- pages ---------------------------------------------------------------------------------- */

/*
 * Cut one page of a list that is in op->out: from Marker on, MaxItems long (`most` when it says nothing), with NextMarker.
 * The entries are all there, in order, and a marker is the number of entries before it.
 */
enum outcome function_page(struct op *op, const char *member, int64_t most);

/* --- settings ------------------------------------------------------------------------------- */

/*
 * Small things that are set on a function, or on a version or alias of it: a value for a kind ("tags"). A `mark` is a
 * name that the value can be found by; absent: none. The qualifier of the function itself is "".
 */
struct json_object *setting_find(struct op *op, struct str name, const char *kind,
				 struct str qualifier);
void setting_put(struct op *op, struct str name, const char *kind, struct str qualifier,
		 struct str mark, struct json_object *value);
bool setting_remove(struct op *op, struct str name, const char *kind, struct str qualifier);
/* Each value of a kind by its qualifier, as {"Qualifier", "Value"}; in an array. */
struct json_object *setting_list(struct op *op, struct str name, const char *kind);
/* Whose mark is it? False when it is nobody's. */
bool setting_marked(struct op *op, struct str mark, struct str *name, struct str *qualifier,
		    struct json_object **value);

extern const struct aws_error LambdaNotFound, ResourceConflictException,
	InvalidParameterValueException, InvalidRequestContentException, ServiceException,
	TooManyRequestsException, RecursiveInvocationException, RequestEntityTooLargeException,
	PreconditionFailedException, PolicyLengthExceededException,
	ProvisionedConcurrencyConfigNotFoundException, CodeSigningConfigNotFoundException,
	LambdaAccessDenied;

#endif
