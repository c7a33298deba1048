/* Shares of the disk; see share.h. */
#include "aws/share.h"

#include <fts.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "aws/service.h"
#include "base/fnv.h"
#include "base/time.h"

enum {
	BUCKETS = 256,
	STORED_US = 1000000, /* for so long the size of the account's file is believed */
	FILES_US = 5000000,  /* and so long that of the files beside it */
	SPENT_US = 1000000,  /* where somebody waits for room: see whether there is some */
};

/* What is known of one account; kept as long as the process. */
struct known {
	struct known *next; /* in its bucket */
	struct known *then; /* of those to be measured */
	char account[13];
	char *folder;
	int64_t stored, files;       /* bytes */
	int64_t stored_us, files_us; /* when that was so; 0: never looked */
	bool measuring, spent;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct known *buckets[BUCKETS];
static struct known *first; /* to be measured, in no particular order */
static bool working;
static _Atomic int64_t limit;

void share_set(int64_t bytes)
{
	atomic_store(&limit, bytes);
}

/* --- the files beside the database ----------------------------------------------------------------- */

static bool is_database(const FTSENT *entry)
{
	return entry->fts_level == 1 && str_starts(str_of(entry->fts_name), STR("account.db"));
}

int64_t share_measure(const char *folder)
{
	char *roots[] = { (char *)folder, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int64_t bytes = 0;
	FTSENT *entry;

	if (!tree)
		return 0;
	/* What is deleted meanwhile is an entry without a size. */
	while ((entry = fts_read(tree)))
		if (entry->fts_info != FTS_DP && entry->fts_info != FTS_NS &&
		    entry->fts_info != FTS_ERR && entry->fts_info != FTS_DNR && !is_database(entry))
			bytes += (int64_t)entry->fts_statp->st_blocks * 512;
	fts_close(tree);
	return bytes;
}

static void *work(void *unused)
{
	struct known *k;

	(void)unused;
	pthread_mutex_lock(&lock);
	while ((k = first)) {
		int64_t bytes;

		first = k->then;
		pthread_mutex_unlock(&lock);
		bytes = share_measure(k->folder);
		pthread_mutex_lock(&lock);
		k->files = bytes;
		k->files_us = time_monotonic_us();
		k->measuring = false;
	}
	working = false;
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* With the lock held. */
static void measure_soon(struct known *k)
{
	pthread_attr_t attr;
	pthread_t thread;

	k->measuring = true;
	k->then = first;
	first = k;
	if (working)
		return;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	working = pthread_create(&thread, &attr, work, NULL) == 0;
	pthread_attr_destroy(&attr);
}

/* --- accounts ---------------------------------------------------------------------------------------- */

/* With the lock held. */
static struct known *known_of(const struct account *account)
{
	uint64_t hash = fnv_add(FNV_BEGIN, account->id, 12);
	struct known **bucket = &buckets[(hash ^ hash >> 32) % BUCKETS], *k = *bucket;

	while (k && (strcmp(k->account, account->id) != 0 || strcmp(k->folder, account->dir) != 0))
		k = k->next;
	if (k)
		return k;
	k = calloc(1, sizeof(*k));
	if (!k)
		abort();
	memcpy(k->account, account->id, sizeof(k->account));
	k->folder = strdup(account->dir);
	k->next = *bucket;
	*bucket = k;
	return k;
}

void share_forget(struct str account)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct known *k = buckets[i]; k; k = k->next)
			if (str_is(account, k->account)) {
				k->stored = k->files = k->stored_us = k->files_us = 0;
				k->spent = false;
			}
	pthread_mutex_unlock(&lock);
}

/* Bytes of the pages in use: a file never shrinks, but what was deleted has room for other things. */
static int64_t stored_in(struct db *db)
{
	int64_t pages = db_int(db, 0, "PRAGMA page_count", "");

	return (pages - db_int(db, 0, "PRAGMA freelist_count", "")) *
	       db_int(db, 0, "PRAGMA page_size", "");
}

bool share_spent(struct op *op)
{
	int64_t now = time_monotonic_us(), most = atomic_load(&limit);
	struct known *k;
	bool spent;

	if (!most)
		return false;
	pthread_mutex_lock(&lock);
	k = known_of(op->account);
	if (!k->measuring && (!k->files_us || now - k->files_us > (k->spent ? SPENT_US : FILES_US)))
		measure_soon(k);
	/* The file is its turn's own, whoever holds the lock. */
	if (!k->stored_us || k->spent || now - k->stored_us > STORED_US) {
		k->stored = stored_in(op->db);
		k->stored_us = now;
	}
	spent = k->spent = k->stored + k->files > most;
	pthread_mutex_unlock(&lock);
	return spent;
}

/* --- operations -------------------------------------------------------------------------------------- */

/* What begins so stores more than it removes: also who signs in, for whom a row is kept that nobody can delete. */
static const char *const storing[] = {
	"AdminCreate",
	"AdminInitiateAuth",
	"AssumeRole",
	"Batch",
	"ConfirmDevice",
	"Copy",
	"Create",
	"Execute",
	"GetCredentialsForIdentity",
	"GetId",
	"GetOpenIdToken",
	"GetFederationToken",
	"GetSessionToken",
	"Import",
	"InitiateAuth",
	"Merge",
	"Post",
	"Publish",
	"Put",
	"Restore",
	"RespondToAuthChallenge",
	"SignUp",
	"StartDeployment",
	"StartJob",
	"StartQuery",
	"Transact",
	"Update",
	"Upload",
};

static bool stores(const struct op *op)
{
	if (op->operation->flags & (OP_READS | OP_RAW))
		return false;
	for (size_t i = 0; i < sizeof(storing) / sizeof(*storing); i++)
		if (str_starts(str_of(op->operation->name), str_of(storing[i])))
			return true;
	return false;
}

/* The errors of services for quotas where it is not the usual one, from their models. */
static const struct {
	const char *service;
	struct aws_error error;
} errors[] = {
	{ "lambda", { "CodeStorageExceededException", 400, NULL, false } },
	{ "iam", { "LimitExceeded", 409, NULL, false } },
	{ "cloudwatch", { "LimitExceeded", 400, NULL, false } },
	{ "amplify", { "LimitExceededException", 429, NULL, false } },
	{ "apigateway", { "LimitExceededException", 429, NULL, false } },
};
static const struct aws_error LimitExceededException = { "LimitExceededException", 400, NULL,
							 false };

static const struct aws_error *error_of(const struct service *service)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (strcmp(service->name, errors[i].service) == 0)
			return &errors[i].error;
	return &LimitExceededException;
}

bool share_allows(struct op *op)
{
	if (!stores(op) || !share_spent(op))
		return true;
	op_fail(op, error_of(op->service),
		"Storage limit exceeded: this account's share of the disk, %lld MiB, is used up. "
		"Delete what is no longer needed.",
		(long long)(atomic_load(&limit) >> 20));
	return false;
}
