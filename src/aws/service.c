/* Finding services and operations by name. */
#include "aws/service.h"

const char *service_signing_name(const struct service *service)
{
	return service->signing_name ? service->signing_name : service->name;
}

const struct service *service_find(const struct service *const *services, struct str name)
{
	for (; *services; services++)
		if (str_is(name, (*services)->name))
			return *services;
	return NULL;
}

const struct service *service_signed(const struct service *const *services, struct str name)
{
	const struct service *found = service_find(services, name);

	for (; !found && *services; services++)
		if (str_is(name, service_signing_name(*services)))
			found = *services;
	return found;
}

const struct operation *operation_find(const struct service *service, struct str name)
{
	size_t low = 0, high = 0;

	while (service->operations[high].name)
		high++;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(name, str_of(service->operations[middle].name));

		if (!order)
			return &service->operations[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
