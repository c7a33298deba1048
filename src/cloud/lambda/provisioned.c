/*
 * Provisioned concurrency: environments of a version that are there before they are needed.
 *
 * From: Lambda Developer Guide, "Configuring provisioned concurrency for a function".
 */
#include "cloud/lambda/provisioned.h"

int64_t provisioned_for(struct op *op, struct str name, struct str but)
{
	struct json_object *all = setting_list(op, name, "provisioned");
	int64_t sum = 0;

	for (size_t i = 0; i < json_count(all); i++)
		if (!but.p || !str_eq(json_get_str(json_at(all, i), "Qualifier"), but))
			sum += json_int_or(json_get(json_get(json_at(all, i), "Value"),
						    "Requested"),
					   0);
	return sum;
}
