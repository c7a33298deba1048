#ifndef CLOUD_DYNAMODB_EXPR_LEX_H
#define CLOUD_DYNAMODB_EXPR_LEX_H

#include "base/arena.h"

/* Tokens of an expression. */
enum token_kind {
	TOKEN_END,
	TOKEN_NAME,      /* identifier, keywords too */
	TOKEN_NAME_REF,  /* #name */
	TOKEN_VALUE_REF, /* :value */
	TOKEN_NUMBER,
	TOKEN_SYMBOL, /* one of = <> < <= > >= ( ) [ ] , . + - */
	TOKEN_OTHER,  /* a character that means nothing */
};

struct token {
	enum token_kind kind;
	struct str text; /* a part of the expression */
};

/* All tokens of the text, TOKEN_END last; *count includes it. */
struct token *expr_lex(struct arena *a, struct str text, size_t *count);

#endif
