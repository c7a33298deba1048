/*
 * Velocity: from a template to its tree; see velocity.h. The rules about blanks are those of the grammar of Velocity 1.7:
 * a directive takes the rest of its line with it when only blanks follow, #set the blanks before it as well, when they
 * follow another construct.
 */
#include "base/velocity_inner.h"

static struct vtl_node *parse_block(struct vtl_parser *p, bool nested);

void *vtl_wrong(struct vtl_parser *p, const char *expected)
{
	int line = p->line;

	for (size_t i = 0; i < p->at && i < p->text.n; i++)
		line += p->text.p[i] == '\n';
	if (!p->why)
		p->why = arena_printf(p->arena, "line %d: expected %s", line, expected);
	return NULL;
}

bool vtl_take(struct vtl_parser *p, const char *token)
{
	if (!str_starts(str_slice(p->text, p->at, p->text.n), str_of(token)))
		return false;
	p->at += strlen(token);
	return true;
}

void vtl_skip(struct vtl_parser *p)
{
	while (p->at < p->text.n && memchr(" \t\r\n", p->text.p[p->at], 4))
		p->at++;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct str vtl_word(struct vtl_parser *p, bool dash)
{
	size_t from = p->at;
	char c = vtl_peek(p);

	if (!is_letter(c) && c != '_')
		return STR_NONE;
	while (is_letter(c) || c == '_' || (c >= '0' && c <= '9') || (dash && c == '-')) {
		p->at++;
		c = vtl_peek(p);
	}
	return str_slice(p->text, from, p->at);
}

/* Blanks and an end of line, if only blanks stand before it. */
static void skip_line(struct vtl_parser *p)
{
	size_t at = p->at;

	while (at < p->text.n && (p->text.p[at] == ' ' || p->text.p[at] == '\t'))
		at++;
	if (at < p->text.n && p->text.p[at] == '\r')
		p->at = ++at;
	if (at < p->text.n && p->text.p[at] == '\n')
		p->at = at + 1;
}

/* --- nodes ------------------------------------------------------------------------ */

struct block {
	struct vtl_node *first, **end;
};

static struct vtl_node *add(struct vtl_parser *p, struct block *b, enum vtl_node_kind kind)
{
	struct vtl_node *node = ARENA_NEW(p->arena, struct vtl_node);

	node->kind = kind;
	*b->end = node;
	b->end = &node->next;
	return node;
}

static void add_text(struct vtl_parser *p, struct block *b, struct str text)
{
	if (text.n)
		add(p, b, VTL_NODE_TEXT)->text = text;
}

static void expect(struct vtl_parser *p, const char *token, const char *name)
{
	vtl_skip(p);
	if (!vtl_take(p, token))
		vtl_wrong(p, name);
}

/* ")" of a directive, with the rest of its line. */
static void close_directive(struct vtl_parser *p)
{
	expect(p, ")", "\")\"");
	skip_line(p);
}

/* Is "#set (" next? Then p->at is behind it. */
static bool take_set(struct vtl_parser *p)
{
	size_t from = p->at;

	if (vtl_take(p, "#set") || vtl_take(p, "#{set}")) {
		while (vtl_peek(p) == ' ')
			p->at++;
		if (vtl_take(p, "("))
			return true;
	}
	p->at = from;
	return false;
}

static void parse_set(struct vtl_parser *p, struct block *b)
{
	struct vtl_node *node = add(p, b, VTL_NODE_SET);

	vtl_skip(p);
	node->reference = vtl_peek(p) == '$' ? vtl_parse_reference(p) : NULL;
	if (!node->reference)
		vtl_wrong(p, "a reference in #set");
	expect(p, "=", "\"=\" in #set");
	node->expr = vtl_parse_expr(p);
	close_directive(p);
}

/* The word of a directive behind "#": word or {word}. Absent, and p->at where it was, when there is none. */
static struct str directive_word(struct vtl_parser *p)
{
	size_t from = p->at;
	bool curly = vtl_take(p, "{");
	struct str word = vtl_word(p, false);

	if (word.p && (!curly || vtl_take(p, "}")))
		return word;
	p->at = from;
	return STR_NONE;
}

/* What ends a block, before p->at is moved behind it. */
static struct str block_end(struct vtl_parser *p)
{
	size_t from = p->at;
	struct str word = vtl_take(p, "#") ? directive_word(p) : STR_NONE;

	p->at = from;
	if (str_is(word, "end") || str_is(word, "else") || str_is(word, "elseif"))
		return word;
	return STR_NONE;
}

static void take_end(struct vtl_parser *p)
{
	if (!str_is(block_end(p), "end")) {
		vtl_wrong(p, "#end");
		return;
	}
	p->at++;
	directive_word(p);
	skip_line(p);
}

static void parse_condition(struct vtl_parser *p, struct vtl_node *node)
{
	expect(p, "(", "\"(\" and a condition");
	node->expr = vtl_parse_expr(p);
	close_directive(p);
	node->body = parse_block(p, true);
}

/* Behind "#if". */
static void parse_if(struct vtl_parser *p, struct block *b)
{
	struct vtl_node *node = add(p, b, VTL_NODE_IF);

	parse_condition(p, node);
	while (!p->why && !str_is(block_end(p), "end")) {
		bool last = str_is(block_end(p), "else");

		if (!block_end(p).p) {
			vtl_wrong(p, "#end");
			return;
		}
		p->at++;
		directive_word(p);
		node = node->otherwise = ARENA_NEW(p->arena, struct vtl_node);
		node->kind = VTL_NODE_IF;
		if (!last) {
			parse_condition(p, node);
			continue;
		}
		skip_line(p);
		node->body = parse_block(p, true);
		break;
	}
	take_end(p);
}

/* "( $name": of #foreach and #define. */
static struct str open_variable(struct vtl_parser *p)
{
	struct vtl_reference *reference;

	expect(p, "(", "\"(\"");
	vtl_skip(p);
	reference = vtl_peek(p) == '$' ? vtl_parse_reference(p) : NULL;
	if (!reference || reference->steps) {
		vtl_wrong(p, "a variable's name");
		return STR_NONE;
	}
	return reference->name;
}

static void parse_foreach(struct vtl_parser *p, struct block *b)
{
	struct vtl_node *node = add(p, b, VTL_NODE_FOREACH);

	node->text = open_variable(p);
	expect(p, "in", "\"in\"");
	node->expr = vtl_parse_expr(p);
	close_directive(p);
	node->body = parse_block(p, true);
	take_end(p);
}

static void parse_define(struct vtl_parser *p, struct block *b)
{
	struct vtl_node *node = add(p, b, VTL_NODE_DEFINE);

	node->text = open_variable(p);
	close_directive(p);
	node->body = parse_block(p, true);
	take_end(p);
}

/* "(...)" as it stands, with strings and parentheses inside; false, and p->at where it was, when it does not close. */
static bool skip_parentheses(struct vtl_parser *p)
{
	size_t from = p->at;
	int open = 0;
	char quote = '\0';

	for (; p->at < p->text.n; p->at++) {
		char c = vtl_peek(p);

		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '(')
			open++;
		else if (c == ')' && --open == 0)
			break;
	}
	if (p->at < p->text.n) {
		p->at++;
		return true;
	}
	p->at = from;
	return false;
}

/* A macro is taken and forgotten: API Gateway lets none be called. */
static void parse_macro(struct vtl_parser *p)
{
	vtl_skip(p);
	if (vtl_peek(p) != '(' || !skip_parentheses(p))
		vtl_wrong(p, "\"(\" and a macro's name");
	skip_line(p);
	parse_block(p, true);
	take_end(p);
}

/* #literal() ... #end, as it stands. */
static void parse_literal(struct vtl_parser *p, struct block *b)
{
	struct str rest;
	ptrdiff_t end;

	vtl_skip(p);
	if (vtl_peek(p) != '(' || !skip_parentheses(p))
		vtl_wrong(p, "\"()\" behind #literal");
	skip_line(p);
	rest = str_slice(p->text, p->at, p->text.n);
	end = str_find_str(rest, STR("#end"));
	if (end < 0) {
		vtl_wrong(p, "#end");
		return;
	}
	add_text(p, b, str_slice(rest, 0, (size_t)end));
	p->at += (size_t)end;
	take_end(p);
}

/* --- what begins with "#", "$" or "\" ---------------------------------------------- */

static void (*directive(struct str word))(struct vtl_parser *p, struct block *b)
{
	static const struct {
		const char *word;
		void (*parse)(struct vtl_parser *p, struct block *b);
	} directives[] = { { "if", parse_if },
			   { "foreach", parse_foreach },
			   { "define", parse_define },
			   { "literal", parse_literal } };

	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++)
		if (str_is(word, directives[i].word))
			return directives[i].parse;
	return NULL;
}

/* A word that "\#" takes away the meaning of. */
static bool is_directive(struct str word)
{
	return directive(word) || str_is(word, "set") || str_is(word, "else") ||
	       str_is(word, "elseif") || str_is(word, "end") || str_is(word, "stop") ||
	       str_is(word, "break") || str_is(word, "macro");
}

/* "##", "#*" and "#[[": false when it is none of them. */
static bool parse_comment(struct vtl_parser *p, struct block *b)
{
	struct str rest = str_slice(p->text, p->at, p->text.n);
	bool literal = str_starts(rest, STR("#[["));
	ptrdiff_t end;

	if (str_starts(rest, STR("##"))) {
		while (p->at < p->text.n && vtl_peek(p) != '\n' && vtl_peek(p) != '\r')
			p->at++;
		if (!vtl_take(p, "\r\n") && p->at < p->text.n)
			p->at++;
		return true;
	}
	if (!literal && !str_starts(rest, STR("#*")))
		return false;
	end = str_find_str(rest, literal ? STR("]]#") : STR("*#"));
	if (end < 0 || (!literal && end == 1)) {
		struct str behind = str_slice(rest, 2, rest.n);
		ptrdiff_t next = literal ? -1 : str_find_str(behind, STR("*#"));

		if (next < 0) {
			vtl_wrong(p, literal ? "]]#" : "*#");
			return true;
		}
		end = next + 2;
	}
	if (literal)
		add_text(p, b, str_slice(rest, 3, (size_t)end));
	p->at += (size_t)end + (literal ? 3 : 2);
	return true;
}

/* At "#". */
static void parse_hash(struct vtl_parser *p, struct block *b)
{
	size_t from = p->at;
	struct str word;

	if (take_set(p)) {
		parse_set(p, b);
		return;
	}
	if (parse_comment(p, b))
		return;
	p->at++;
	word = directive_word(p);
	if (directive(word)) {
		directive(word)(p, b);
	} else if (str_is(word, "macro")) {
		parse_macro(p);
	} else if (str_is(word, "stop")) {
		add(p, b, VTL_NODE_STOP);
	} else if (str_is(word, "break")) {
		add(p, b, VTL_NODE_BREAK);
	} else {
		if (word.p && vtl_peek(p) == '(')
			skip_parentheses(p);
		add_text(p, b, str_slice(p->text, from, p->at));
	}
}

/* At "$", behind `escapes` backslashes. */
static void parse_dollar(struct vtl_parser *p, struct block *b, size_t escapes)
{
	size_t from = p->at - escapes;
	struct vtl_reference *reference;

	if (p->at + 1 == p->text.n) {
		vtl_wrong(p, "something behind \"$\"");
		return;
	}
	reference = vtl_parse_reference(p);
	if (reference) {
		struct vtl_node *node = add(p, b, VTL_NODE_REFERENCE);

		node->reference = reference;
		node->escapes = escapes;
	} else if (!p->why) {
		p->at++;
		add_text(p, b, str_slice(p->text, from, p->at));
	}
}

/* At "\": what it stands before may lose its meaning. */
static void parse_escapes(struct vtl_parser *p, struct block *b)
{
	size_t from = p->at, count, word_at;
	struct str word;

	while (vtl_peek(p) == '\\')
		p->at++;
	count = p->at - from;
	if (vtl_peek(p) == '$' && p->at + 1 < p->text.n) {
		parse_dollar(p, b, count);
		return;
	}
	word_at = p->at;
	word = vtl_take(p, "#") ? directive_word(p) : STR_NONE;
	if (is_directive(word)) {
		add_text(p, b, str_slice(p->text, from, from + count / 2));
		if (count % 2)
			add_text(p, b, str_slice(p->text, word_at, p->at));
		else
			p->at = word_at;
	} else {
		p->at = word_at;
		add_text(p, b, str_slice(p->text, from, word_at));
	}
}

static void parse_text(struct vtl_parser *p, struct block *b)
{
	size_t from = p->at, end;
	bool blank = true;

	while (p->at < p->text.n && !memchr("$#\\", p->text.p[p->at], 3)) {
		blank = blank && (p->text.p[p->at] == ' ' || p->text.p[p->at] == '\t');
		p->at++;
	}
	end = p->at;
	if (blank && take_set(p))
		parse_set(p, b);
	else
		add_text(p, b, str_slice(p->text, from, end));
}

static struct vtl_node *parse_block(struct vtl_parser *p, bool nested)
{
	struct block b = { .end = &b.first };

	b.first = NULL;
	if (++p->nesting > VELOCITY_NESTING_MAX)
		vtl_wrong(p, "less nesting");
	while (p->at < p->text.n && !p->why) {
		char c = vtl_peek(p);

		if (c == '#' && block_end(p).p) {
			if (nested)
				break;
			vtl_wrong(p,
				  "no #end, #else or #elseif without an #if, #foreach or #define");
		} else if (c == '#') {
			parse_hash(p, &b);
		} else if (c == '$') {
			parse_dollar(p, &b, 0);
		} else if (c == '\\') {
			parse_escapes(p, &b);
		} else {
			parse_text(p, &b);
		}
	}
	p->nesting--;
	return b.first;
}

struct vtl_node *vtl_parse(struct vtl_parser *p)
{
	return parse_block(p, false);
}
