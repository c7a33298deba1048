/*
 * AWS's managed policies: one file each in assets/iam, NAME.json, with the path, version, dates and document that
 * AWS publishes in the "AWS managed policy reference". Read once, when first asked for; kept for good.
 */
#include "cloud/iam/inside.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/time.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct arena *kept;
static struct iam_managed *all;
static size_t count;

/* An id of the right form, the same in every account and at every start. */
static struct str id_of(struct str arn)
{
	static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned char hash[SHA256_BYTES];
	char *id = arena_alloc(kept, 22);

	hash_sha256(arn, hash);
	memcpy(id, "ANPA", 4);
	for (size_t i = 0; i < 17; i++)
		id[4 + i] = base32[hash[i] & 31];
	id[21] = '\0';
	return str_of(id);
}

static void read_one(struct files *files, struct arena *a, struct str file, struct iam_managed *out)
{
	struct json_object *o = json_parse(a, files_read(files, a, file), NULL);
	struct str name = str_slice(file, strlen("iam/"), file.n - strlen(".json"));

	out->name = arena_dup(kept, name);
	out->path = arena_dup(kept, json_get_str(o, "Path"));
	out->arn = arena_strf(kept, "arn:aws:iam::aws:policy%.*s%.*s", STR_ARG(out->path),
			      STR_ARG(name));
	out->id = id_of(out->arn);
	out->version = arena_dup(kept, json_get_str(o, "DefaultVersionId"));
	out->document = json_text(kept, json_get(o, "Document"));
	time_parse_iso(json_get_str(o, "CreateDate"), &out->created_at);
	time_parse_iso(json_get_str(o, "UpdateDate"), &out->updated_at);
}

static void forget(void)
{
	arena_free(kept);
}

/* By name: files come in another order, in which "A-B.json" stands before "A.json", and pages go on behind a name. */
static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct iam_managed *)a)->name,
		       ((const struct iam_managed *)b)->name);
}

static void read_all(void)
{
	struct files *files = files_builtin("assets");
	struct arena *a = arena_new();
	struct str *names = files_list(files, a, STR("iam"), &count);

	kept = arena_new();
	atexit(forget);
	all = arena_zalloc(kept, (count + 1) * sizeof(*all));
	for (size_t i = 0; i < count; i++)
		read_one(files, a, names[i], &all[i]);
	qsort(all, count, sizeof(*all), by_name);
	arena_free(a);
}

const struct iam_managed *iam_managed_all(size_t *n)
{
	pthread_once(&once, read_all);
	*n = count;
	return all;
}

const struct iam_managed *iam_managed_find(struct str arn)
{
	size_t n;
	const struct iam_managed *list = iam_managed_all(&n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].arn, arn))
			return &list[i];
	return NULL;
}
