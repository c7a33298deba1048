/* Names inside a sandbox: what resolvers send and what they get. From: RFC 1035, 4.1 "Format". */
#include "sandbox/inside.h"

#include "unit/tap.h"

enum { A = 1, AAAA = 28 };

/* A question for a name, "\3www\3aws", as glibc sends it; its length. */
static size_t ask(unsigned char *out, const char *labels, unsigned type)
{
	static const unsigned char head[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	size_t n = strlen(labels) + 1;
	unsigned char tail[] = { 0, (unsigned char)type, 0, 1 };

	memcpy(out, head, sizeof(head));
	memcpy(out + sizeof(head), labels, n);
	memcpy(out + sizeof(head) + n, tail, sizeof(tail));
	return sizeof(head) + n + sizeof(tail);
}

/* "0: 127.0.0.1", "3: none": the code and the address that is told. */
static const char *told(const char *labels, unsigned type)
{
	static char text[64];
	unsigned char question[NAMES_MAX], answer[NAMES_MAX];
	size_t n = ask(question, labels, type), length = names_answer(question, n, answer);
	const unsigned char *at = answer + n + 12;

	if (!length || memcmp(answer, "\x12\x34\x85", 3) != 0 ||
	    memcmp(answer + 12, question + 12, n - 12) != 0)
		return "no answer";
	if (length == n)
		snprintf(text, sizeof(text), "%d: %d", answer[3] & 15, answer[7]);
	else
		snprintf(text, sizeof(text), "%d: %d.%d.%d.%d", answer[3] & 15, at[0], at[1], at[2],
			 at[3]);
	return length == n || (length == n + 16 && answer[7] == 1) ? text : "a wrong length";
}

static void good(void)
{
	is_str(told("\3sts\11amazonaws\3com", A), "0: 127.0.0.1", "a service is here");
	is_str(told("\3STS\11AmazonAWS\3COM", A), "0: 127.0.0.1", "in any letters");
	is_str(told("\1a\4auth\1r\15amazoncognito\3com", A), "0: 127.0.0.1", "a login is");
	is_str(told("\1a\12lambda-url\1r\2on\3aws", A), "0: 127.0.0.1", "a function's URL is");
	is_str(told("\3sts\11amazonaws\3com", AAAA), "0: 0", "they have no other address");
	is_str(told("\11amazonaws\3com", A), "3: 0", "the domain itself is no service");
	is_str(told("\7example\3com", A), "3: 0", "others are unknown");
	is_str(told("", A), "3: 0", "so is the root");
}

static void bad(void)
{
	unsigned char question[NAMES_MAX + 1] = { 0 }, answer[NAMES_MAX], whole[NAMES_MAX];
	size_t n = ask(whole, "\3sts\11amazonaws\3com", A);
	char labels[260];
	bool none = true;

	for (size_t cut = 0; cut < n; cut++)
		none &= names_answer(whole, cut, answer) == 0;
	ok(none, "what is cut off anywhere is no question");
	memcpy(question, whole, n);
	question[2] |= 0x80;
	is_int(names_answer(question, n, answer), 0, "nor is an answer");
	memcpy(question, whole, n);
	question[5] = 2;
	is_int(names_answer(question, n, answer), 0, "nor are two");
	memcpy(question, whole, n);
	question[12] = 0xc0;
	is_int(names_answer(question, n, answer), 0, "nor one that points elsewhere");
	for (size_t i = 0; i < sizeof(labels) - 1; i++)
		labels[i] = i % 64 ? 'a' : 63;
	labels[256] = '\0';
	is_int(names_answer(question, ask(question, labels, A), answer), 0,
	       "a name of 256 bytes is too long");
	is_int(names_answer(question, sizeof(question), answer), 0, "and so is a packet of 513");
}

int main(void)
{
	good();
	bad();
	return done_testing();
}
