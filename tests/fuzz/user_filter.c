/*
 * Property: a filter that was read fits a user whose attribute has its value, and, printed again, reads as the same
 * filter.
 */
#include "cloud/cognito/filter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct str printed(struct arena *a, const struct user_filter *filter)
{
	struct buf b;
	struct str text;

	buf_init(&b, BUF_MAX);
	buf_add(&b, filter->attribute);
	buf_adds(&b, filter->begins ? " ^= \"" : " = \"");
	for (size_t i = 0; i < filter->value.n; i++) {
		buf_addc(&b, '\\');
		buf_addc(&b, filter->value.p[i]);
	}
	buf_addc(&b, '"');
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct user_filter filter, again;
	struct user user = { .name = STR("x"), .sub = STR("y"), .status = "CONFIRMED" };

	user.attributes = json_new_object(a);
	if (idp_filter_parse(a, arena_dup(a, str_make(data, size)), &filter) &&
	    filter.attribute.p) {
		require(idp_filter_parse(a, printed(a, &filter), &again));
		require(str_eq(again.attribute, filter.attribute) &&
			again.begins == filter.begins && str_eq(again.value, filter.value));
		user.name = user.sub = filter.value;
		json_set_str(user.attributes, filter.attribute.p, filter.value);
		if (!str_is(filter.attribute, "status") &&
		    !str_is(filter.attribute, "cognito:user_status"))
			require(idp_filter_fits(&filter, &user));
	}
	arena_free(a);
	return 0;
}
