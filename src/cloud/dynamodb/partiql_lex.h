#ifndef CLOUD_DYNAMODB_PARTIQL_LEX_H
#define CLOUD_DYNAMODB_PARTIQL_LEX_H

#include "base/arena.h"

/* Tokens of a PartiQL statement. */
enum partiql_token_kind {
	PARTIQL_END,
	PARTIQL_NAME,      /* an identifier that is no keyword */
	PARTIQL_QUOTED,    /* "in double quotes" */
	PARTIQL_KEYWORD,   /* NULL, MISSING, TRUE and FALSE too */
	PARTIQL_STRING,    /* 'in single quotes' */
	PARTIQL_NUMBER,    /* without a sign */
	PARTIQL_ION,       /* `in back quotes` */
	PARTIQL_PARAMETER, /* ? */
	PARTIQL_SYMBOL,
};

struct partiql_token {
	enum partiql_token_kind kind;
	struct str text;  /* as it stands in the statement */
	struct str value; /* of names and strings: without quotes, with a NUL behind it */
};

/* All tokens of the statement, PARTIQL_END last; NULL when something in it is no token. */
struct partiql_token *partiql_lex(struct arena *a, struct str text);

/* Is the token this word, in any case, or this symbol? Never of quoted names. */
bool partiql_token_is(const struct partiql_token *t, const char *word);

/* Is it a word that no attribute may be called without quotes (in any case)? */
bool partiql_keyword(struct str word);

#endif
