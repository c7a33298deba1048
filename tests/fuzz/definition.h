#ifndef TESTS_FUZZ_DEFINITION_H
#define TESTS_FUZZ_DEFINITION_H

#include <stdint.h>
#include <stdlib.h>

#include "aws/call.h"
#include "store/folder.h"

/*
 * What the fuzz targets share that read an API's definition: an account that is made once, and an operation in it of
 * which nothing stays.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct account *definition_account;
static const char *definition_folder;

/* End the run, which libFuzzer then reports, when something does not hold. */
static inline void require(bool holds)
{
	if (!holds)
		abort();
}

/* Close the account and remove what it has on the disk. */
static inline void definition_end(void)
{
	account_close(definition_account);
	folder_remove(definition_folder);
}

/* Make the account, with the schema of one service. */
static inline void definition_begin(const struct service *service)
{
	static struct arena *a; /* lives as long as the account */
	static const struct schema *schemas[2];
	const char *why = "", *tmp = getenv("TMPDIR");
	char *made;

	a = arena_new();
	made = arena_printf(a, "%s/fuzz-XXXXXX", tmp ? tmp : "/tmp");
	schemas[0] = service->schema;
	require(mkdtemp(made) != NULL);
	definition_folder = made;
	definition_account = account_open(made, STR("123456789012"), schemas, true, a, &why);
	require(definition_account != NULL);
	atexit(definition_end);
}

/* Check the definition `data`, when it is text, with an operation of the first of `services`; what it changes is undone. */
static inline void definition_run(const struct service *const *services, const uint8_t *data,
				  size_t size, void (*check)(struct op *op, struct str text))
{
	struct aws aws = { .config = { .services = services, .region = "eu-west-1" } };
	struct arena *a = arena_new();
	struct op op = { .arena = a,
			 .aws = &aws,
			 .service = services[0],
			 .region = "eu-west-1",
			 .endpoint = STR("http://127.0.0.1:4566"),
			 .now = 1700000000000 };
	struct str text = arena_dup(a, str_make(data, size));

	if (!definition_account)
		definition_begin(services[0]);
	op.account = definition_account;
	op.db = op.account->db;
	db_begin(op.db, true);
	if (str_is_utf8(text) && str_find(text, '\0') < 0)
		check(&op, text);
	db_rollback(op.db);
	arena_free(a);
}
#endif
