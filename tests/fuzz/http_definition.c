/*
 * Property: a definition that becomes an HTTP API is exported, as JSON and as YAML, and what was exported becomes an API
 * with as many routes; one that is refused is refused with a sentence.
 */
#include <stdint.h>
#include <stdlib.h>

#include "aws/call.h"
#include "cloud/apigatewayv2/operations.h"
#include "store/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct aws_error none = { "ResourceNotFoundException", 400, NULL, false };

static enum outcome no_keys(struct op *op)
{
	return op_fail(op, &none, "There is no user pool.");
}

static const struct operation keys[] = { { .name = "GetJwks", .run = no_keys }, { 0 } };
static const struct service issuer = { .name = "cognito-issuer", .operations = keys };
static const struct service *const services[] = { &apigatewayv2_service, &issuer, NULL };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct account *account;
static const char *folder;

static void remove_folder(void)
{
	account_close(account);
	folder_remove(folder);
}

/* An account that is made once; what a run does to it is undone. */
static void make_account(void)
{
	static struct arena *a; /* lives as long as the account */
	static const struct schema *schemas[2];
	const char *why = "", *tmp = getenv("TMPDIR");
	char *made;

	a = arena_new();
	made = arena_printf(a, "%s/fuzz-XXXXXX", tmp ? tmp : "/tmp");
	schemas[0] = apigatewayv2_service.schema;
	require(mkdtemp(made) != NULL);
	folder = made;
	account = account_open(folder, STR("123456789012"), schemas, true, a, &why);
	require(account != NULL);
	atexit(remove_folder);
}

static size_t routes_of(struct op *op, struct str api)
{
	struct part route;
	int64_t after = 0;
	size_t n = 0;

	while (part_next(op, &part_kind_route, api, &after, &route))
		n++;
	return n;
}

static struct str import(struct op *op, struct str text)
{
	op->in = json_new_object(op->arena);
	op->out = json_new_object(op->arena);
	json_set_str(op->in, "body", text);
	if (apigatewayv2_import_api(op) == DONE)
		return json_get_str(op->out, "apiId");
	require(op->error && op->error_message.n);
	return STR_NONE;
}

static struct str export(struct op *op, struct str api, const char *type)
{
	op->in = json_new_object(op->arena);
	op->out = json_new_object(op->arena);
	json_set_str(op->in, "apiId", api);
	json_set_cstr(op->in, "specification", "OAS30");
	json_set_cstr(op->in, "outputType", type);
	require(apigatewayv2_export_api(op) == DONE);
	return json_get_str(op->out, "body");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aws aws = { .config = { .services = services, .region = "eu-west-1" } };
	struct arena *a = arena_new();
	struct op op = { .arena = a,
			 .aws = &aws,
			 .service = &apigatewayv2_service,
			 .region = "eu-west-1",
			 .endpoint = STR("http://127.0.0.1:4566"),
			 .now = 1700000000000 };
	struct str text = arena_dup(a, str_make(data, size)), api, again;

	if (!account)
		make_account();
	op.account = account;
	op.db = account->db;
	db_begin(account->db, true);
	api = str_is_utf8(text) && str_find(text, '\0') < 0 ? import(&op, text) : STR_NONE;
	if (api.p) {
		again = import(&op, export(&op, api, "JSON"));
		require(again.p && routes_of(&op, again) == routes_of(&op, api));
		again = import(&op, export(&op, api, "YAML"));
		require(again.p && routes_of(&op, again) == routes_of(&op, api));
	}
	db_rollback(account->db);
	arena_free(a);
	return 0;
}
