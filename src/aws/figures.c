/* Which operations are asked for that we do not have: a small table of counts. */
#include "aws/call.h"

#include <pthread.h>
#include <stdlib.h>

#define NAMES_MAX 256

struct figures {
	pthread_mutex_t lock;
	size_t count;
	struct figure {
		char name[128];
		int64_t times;
	} at[NAMES_MAX];
};

struct figures *figures_new(void)
{
	struct figures *f = calloc(1, sizeof(*f));

	if (!f)
		abort();
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void figures_free(struct figures *f)
{
	if (!f)
		return;
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* Names come from outside: what is not a letter or digit is of no use to a reader. */
static size_t add_name(char *to, size_t room, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < room; i++) {
		char c = name.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-_.", c ? c : ' '))
			to[n++] = c;
	}
	return n;
}

void figures_count(struct figures *f, struct str service, struct str operation)
{
	char name[128];
	size_t n = add_name(name, 48, service), i;

	name[n++] = ':';
	n += add_name(name + n, sizeof(name) - n - 1, operation);
	name[n] = '\0';
	pthread_mutex_lock(&f->lock);
	for (i = 0; i < f->count; i++)
		if (strcmp(f->at[i].name, name) == 0)
			break;
	if (i == f->count && f->count < NAMES_MAX)
		memcpy(f->at[f->count++].name, name, sizeof(name));
	if (i < f->count)
		f->at[i].times++;
	pthread_mutex_unlock(&f->lock);
}

struct json_object *figures_print(struct figures *f, struct arena *a)
{
	struct json_object *counts = json_new_object(a);

	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->count; i++)
		json_set_int(counts, f->at[i].name, f->at[i].times);
	pthread_mutex_unlock(&f->lock);
	return counts;
}
