/* ListUsers' Filter; see filter.h. */
#include "cloud/cognito/filter.h"

/* From: API Reference, "ListUsers". */
static const char *const searchable[] = {
	"username",   "email",       "phone_number",       "name",
	"given_name", "family_name", "preferred_username", "cognito:user_status",
	"status",     "sub",
};

static struct str skip_blanks(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_slice(s, 1, s.n);
	return s;
}

/* A quoted value, with \" and \\ in it; false when it does not end, or something follows. */
static bool read_value(struct arena *a, struct str s, struct str *value)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0, i = 1;

	if (!s.n || s.p[0] != '"')
		return false;
	for (; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		out[n++] = s.p[i];
	}
	*value = str_make(out, n);
	return i < s.n && !skip_blanks(str_slice(s, i + 1, s.n)).n;
}

bool idp_filter_parse(struct arena *a, struct str text, struct user_filter *out)
{
	struct str rest = skip_blanks(text);
	size_t n = 0;

	*out = (struct user_filter){ .attribute = STR_NONE, .asked = STR_NONE };
	if (!rest.n)
		return true;
	while (n < rest.n && !strchr(" \t=^\"", rest.p[n]))
		n++;
	out->asked = str_slice(rest, 0, n);
	for (size_t i = 0; i < sizeof(searchable) / sizeof(searchable[0]); i++)
		if (str_is(out->asked, searchable[i]))
			out->attribute = str_of(searchable[i]);
	rest = skip_blanks(str_slice(rest, n, rest.n));
	out->begins = rest.n && rest.p[0] == '^';
	rest = str_slice(rest, out->begins, rest.n);
	if (!out->asked.n || !rest.n || rest.p[0] != '=')
		return false;
	return read_value(a, skip_blanks(str_slice(rest, 1, rest.n)), &out->value);
}

bool idp_filter_fits(const struct user_filter *filter, const struct user *user)
{
	struct str value;

	if (!filter->asked.p)
		return true;
	if (str_is(filter->attribute, "username"))
		value = user->name;
	else if (str_is(filter->attribute, "cognito:user_status"))
		value = str_of(user->status);
	else if (str_is(filter->attribute, "status"))
		value = user->enabled ? STR("Enabled") : STR("Disabled");
	else
		value = idp_user_attribute(user, filter->attribute.p);
	if (!value.p)
		return false;
	return filter->begins ? str_starts(value, filter->value) : str_eq(value, filter->value);
}
