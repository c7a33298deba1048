/* Base64 in both alphabets. */
#include "base/base64.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str print(struct arena *a, struct str in, const char *alphabet, bool padded)
{
	char *out = arena_alloc(a, in.n / 3 * 4 + 5);
	size_t n = 0;

	for (size_t i = 0; i < in.n; i += 3) {
		size_t left = in.n - i;
		uint32_t v = (uint32_t)(unsigned char)in.p[i] << 16;

		if (left > 1)
			v |= (uint32_t)(unsigned char)in.p[i + 1] << 8;
		if (left > 2)
			v |= (unsigned char)in.p[i + 2];
		out[n++] = alphabet[v >> 18];
		out[n++] = alphabet[v >> 12 & 63];
		if (left > 1)
			out[n++] = alphabet[v >> 6 & 63];
		else if (padded)
			out[n++] = '=';
		if (left > 2)
			out[n++] = alphabet[v & 63];
		else if (padded)
			out[n++] = '=';
	}
	out[n] = '\0';
	return str_make(out, n);
}

static int value(char c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == alphabet[62] ? 62 : c == alphabet[63] ? 63 : -1;
}

static bool parse(struct arena *a, struct str in, const char *alphabet, struct str *out)
{
	unsigned char *p = arena_alloc(a, in.n / 4 * 3 + 4);
	uint32_t bits = 0;
	size_t n = 0, have = 0;

	for (size_t i = 0; i < in.n; i++) {
		int v = value(in.p[i], alphabet);

		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			p[n++] = (unsigned char)(bits >> have);
		}
	}
	if (in.n % 4 == 1 || (bits & ((1U << have) - 1)))
		return false;
	p[n] = 0;
	*out = str_make(p, n);
	return true;
}

struct str base64_print(struct arena *a, struct str bytes)
{
	return print(a, bytes, standard, true);
}

bool base64_parse(struct arena *a, struct str text, struct str *out)
{
	if (text.n % 4)
		return false;
	for (int i = 0; i < 2 && text.n && text.p[text.n - 1] == '='; i++)
		text.n--;
	return parse(a, text, standard, out);
}

struct str base64url_print(struct arena *a, struct str bytes)
{
	return print(a, bytes, url, false);
}

bool base64url_parse(struct arena *a, struct str text, struct str *out)
{
	return parse(a, text, url, out);
}
