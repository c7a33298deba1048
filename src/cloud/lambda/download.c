/*
 * The address that a package can be had from, and having it.
 *
 * From: Lambda API Reference, "GetFunction": Code.Location is valid for ten minutes. Errors are S3's, where AWS keeps
 * packages.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/form.h"
#include "base/hash.h"
#include "base/time.h"
#include "cloud/lambda/code.h"
#include "cloud/lambda/serve.h"

enum { EXPIRES_S = 600 };

/* --- addresses ----------------------------------------------------------------------------------- */

/* What signs: of the account, and the time in it, so that neither can be changed. */
static struct str sign(struct op *op, struct str name, struct str date)
{
	struct stmt *q = db_query(op->db, "SELECT secret FROM lambda_secret", "");
	struct str secret = stmt_row(q) ? stmt_dup(q, 0, op->arena) : STR("");
	unsigned char digest[SHA256_BYTES];
	char *hex = arena_alloc(op->arena, 2 * SHA256_BYTES + 1);

	stmt_done(q);
	hash_hmac_sha256(secret,
			 arena_strf(op->arena, "%s/%.*s/%.*s", op->account->id, STR_ARG(name),
				    STR_ARG(date)),
			 digest);
	hash_hex(digest, sizeof(digest), hex);
	return str_make(hex, 2 * SHA256_BYTES);
}

struct str code_location(struct op *op, struct str name)
{
	struct str date = time_basic(op->arena, op->now);

	return arena_strf(op->arena,
			  "%.*s" CODE_PATH
			  "%s/%.*s?X-Amz-Date=%.*s&X-Amz-Expires=%d&X-Amz-Signature=%.*s",
			  STR_ARG(op->endpoint), op->account->id, STR_ARG(name), STR_ARG(date),
			  EXPIRES_S, STR_ARG(sign(op, name, date)));
}

/* --- downloads -------------------------------------------------------------------------------------- */

static enum outcome refuse(struct op *op, int status, const char *code, const char *message)
{
	return op_answer(op, status, "application/xml",
			 arena_strf(op->arena,
				    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				    "<Error><Code>%s</Code><Message>%s</Message>"
				    "<RequestId>%.*s</RequestId></Error>",
				    code, message, STR_ARG(op->request_id)));
}

struct mapping {
	void *at;
	size_t n;
};

static void unmap(void *arg)
{
	struct mapping *m = arg;

	munmap(m->at, m->n);
}

/* A file's bytes, as long as the request lives; absent when there is no such file. */
static struct str map_file(struct op *op, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct mapping *m = ARENA_NEW(op->arena, struct mapping);
	struct stat st;

	m->at = MAP_FAILED;
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
		m->n = (size_t)st.st_size;
		m->at = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	if (fd >= 0)
		close(fd);
	if (m->at == MAP_FAILED)
		return STR_NONE;
	arena_defer(op->arena, unmap, m);
	return str_make(m->at, m->n);
}

enum outcome lambda_op_serve_code(struct op *op)
{
	struct str rest, name, date = form_get(op->arena, op->raw->query, "X-Amz-Date");
	struct str signature = form_get(op->arena, op->raw->query, "X-Amz-Signature"), zip;
	int64_t at;

	raw_path_label(op->raw, CODE_PATH, &rest);
	name = str_slice(rest, 1, rest.n);
	if (!date.p || !signature.p || !time_parse_iso(date, &at))
		return refuse(op, 403, "AccessDenied", "Access Denied");
	if (!str_eq_secret(signature, sign(op, name, date)))
		return refuse(
			op, 403, "SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you "
			"provided. Check your key and signing method.");
	if (op->now > at + EXPIRES_S * 1000)
		return refuse(op, 403, "AccessDenied", "Request has expired");
	zip = map_file(op, arena_printf(op->arena, "%s.zip", code_folder(op, name)));
	if (!zip.p)
		return refuse(op, 404, "NoSuchKey", "The specified key does not exist.");
	return op_answer(op, 200, "application/zip", zip);
}
