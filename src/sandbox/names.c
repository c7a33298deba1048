/*
 * Names inside a sandbox. From: RFC 1035, "Domain names - implementation and specification".
 *
 * Whoever has AWS's addresses written down, as programs have that fetch a user pool's keys or that bring an SDK of their own,
 * finds the account's cloud there.
 */
#include "base/str.h"
#include "sandbox/inside.h"

enum {
	HEAD = 12,
	LABEL_MAX = 63,
	NAME_MAX_BYTES = 255,
	TYPE_A = 1,
	CLASS_IN = 1,
	FLAG_ANSWER = 0x80, /* of the third byte, as the next */
	FLAG_AUTHORITY = 0x04,
	KIND_OF_QUESTION = 0x78,
	RECURSION = 0x01,
	NO_SUCH_NAME = 3, /* of the fourth, as is RECURSION_THERE */
	RECURSION_THERE = 0x80,
};

/* The name as text in lower case, from the labels at HEAD. How many bytes they take; 0 when it is none. */
static size_t read_name(const unsigned char *p, size_t n, char *text)
{
	size_t at = HEAD, length = 0;

	while (at < n && p[at]) {
		size_t label = p[at++];

		if (label > LABEL_MAX || at + label >= n || length + label + 1 > NAME_MAX_BYTES)
			return 0;
		for (size_t i = 0; i < label; i++) {
			char c = (char)p[at + i];

			text[length++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		}
		text[length++] = '.';
		at += label;
	}
	text[length ? length - 1 : 0] = '\0';
	return at < n ? at + 1 - HEAD : 0;
}

static bool is_of_aws(struct str name)
{
	static const char *const domains[] = { ".amazonaws.com", ".amazoncognito.com", ".api.aws",
					       ".on.aws" };

	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		if (str_ends(name, str_of(domains[i])))
			return true;
	return false;
}

size_t names_answer(const unsigned char *question, size_t n, unsigned char answer[NAMES_MAX])
{
	/* The name of the question once more; a day is longer than a sandbox lives. */
	static const unsigned char here[] = { 0xc0, HEAD, 0, TYPE_A, 0,   CLASS_IN, 0, 1,
					      0x51, 0x80, 0, 4,      127, 0,        0, 1 };
	char name[NAME_MAX_BYTES + 1];
	size_t length, end;
	bool known;

	if (n < HEAD || n > NAMES_MAX - sizeof(here) || (question[2] & FLAG_ANSWER) ||
	    (question[2] & KIND_OF_QUESTION) || question[4] != 0 || question[5] != 1)
		return 0;
	length = read_name(question, n, name);
	end = HEAD + length + 4;
	if (!length || end > n)
		return 0;
	known = is_of_aws(str_of(name));
	memcpy(answer, question, end);
	memset(answer + 6, 0, HEAD - 6);
	answer[2] = (unsigned char)(FLAG_ANSWER | FLAG_AUTHORITY | (question[2] & RECURSION));
	answer[3] = (unsigned char)(RECURSION_THERE | (known ? 0 : NO_SUCH_NAME));
	if (!known || question[end - 4] || question[end - 3] != TYPE_A || question[end - 2] ||
	    question[end - 1] != CLASS_IN)
		return end;
	answer[7] = 1;
	memcpy(answer + end, here, sizeof(here));
	return end + sizeof(here);
}
