/* The code of functions and layers; see code.h. */
#include "cloud/lambda/code.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/time.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/jobs.h"
#include "cloud/lambda/unpack.h"
#include "store/folder.h"

enum {
	ZIP_UPLOAD_MAX = 50 << 20,
	REQUEST_MAX = 70167211,
	ZIP_AT_ONCE_MAX = 512 << 10, /* unpacked within the turn */
	WAIT_MS = 30000,
	CODE_KEPT_MS = 20 * 60000,
	UPLOAD_KEPT_MS = 10 * 60000,
	DEPTH_MAX = 64,
};

static const char *folder_of(struct op *op)
{
	return arena_printf(op->arena, "%s/lambda", op->account->dir);
}

const char *code_folder(struct op *op, struct str name)
{
	return arena_printf(op->arena, "%s/%.*s", folder_of(op), STR_ARG(name));
}

int64_t code_unzipped(struct op *op, struct str name)
{
	return db_int(op->db, 0, "SELECT unzipped FROM lambda_code WHERE code = ?", "s", name);
}

/* --- taking ----------------------------------------------------------------------------------- */

static enum outcome not_stored(struct op *op)
{
	return op_fail(op, &ServiceException, "The code could not be stored.");
}

static enum outcome no_zip(struct op *op)
{
	return function_fail(op, &InvalidParameterValueException,
			     "Could not unzip uploaded file. Please check your file, then try to "
			     "upload again.");
}

static enum outcome take_unpacked(struct op *op, const struct unpacked *u, struct code *out)
{
	char hex[2 * SHA256_BYTES + 1];

	if (u->outcome == ZIP_BAD)
		return no_zip(op);
	if (u->outcome == ZIP_LARGE)
		return function_fail(op, &InvalidParameterValueException,
				     "Unzipped size must be smaller than 262144000 bytes");
	if (u->outcome == ZIP_DISK)
		return not_stored(op);
	hash_hex(u->digest, sizeof(u->digest), hex);
	*out = (struct code){ .name = arena_dup(op->arena, str_of(hex)),
			      .sha256 = base64_print(op->arena,
						     str_make(u->digest, sizeof(u->digest))),
			      .size = u->size,
			      .unzipped = u->unzipped };
	db_run(op->db, "INSERT OR REPLACE INTO lambda_code (code, unzipped) VALUES (?, ?)", "si",
	       out->name, out->unzipped);
	return DONE;
}

/* What a crash has left of zips that were on their way to be unpacked. */
static void sweep(struct op *op, const char *dir_name)
{
	DIR *dir = opendir(dir_name);
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		const char *path = arena_printf(op->arena, "%s/%s", dir_name, entry->d_name);

		if (strncmp(entry->d_name, "up-", 3) == 0 && stat(path, &st) == 0 &&
		    (int64_t)st.st_mtime * 1000 + UPLOAD_KEPT_MS < time_now_ms())
			unlink(path);
	}
	if (dir)
		closedir(dir);
}

/* Hand a large zip to the thread that unpacks; small ones, or without such a thread, unpack here. */
static enum outcome unpack(struct op *op, struct str zip, struct code *out)
{
	const char *dir = folder_of(op), *why, *path;
	struct unpacked result;

	if (!folder_make(dir, op->arena, &why))
		return not_stored(op);
	if (zip.n > ZIP_AT_ONCE_MAX) {
		sweep(op, dir);
		path = arena_printf(op->arena, "%s/up-%.*s", dir, STR_ARG(op->request_id));
		if (!folder_write(path, zip, op->arena, &why))
			return not_stored(op);
		if (unpack_later(op->account->id, op->request_id, path, dir))
			return op_wait(op, op->request_id, WAIT_MS);
		unlink(path);
	}
	unpack_now(zip, dir, &result);
	return take_unpacked(op, &result, out);
}

static enum outcome take_bytes(struct op *op, struct str encoded, struct code *out)
{
	struct str zip;

	if (encoded.n > REQUEST_MAX) { /* nearly all of the request */
		op_fail(op, &RequestEntityTooLargeException,
			"Request must be smaller than %d bytes for the %s operation", REQUEST_MAX,
			op->operation->name);
		return FAILED;
	}
	if (!base64_parse(op->arena, encoded, &zip) || !zip.n)
		return no_zip(op);
	if (zip.n > ZIP_UPLOAD_MAX) {
		op_fail(op, &RequestEntityTooLargeException,
			"Zipped size must be smaller than %d bytes", ZIP_UPLOAD_MAX);
		return FAILED;
	}
	return unpack(op, zip, out);
}

enum outcome code_take(struct op *op, struct json_object *from, struct code *out)
{
	struct str encoded = json_get_str(from, "ZipFile");
	struct unpacked result;

	if (json_get(from, "S3Bucket") || json_get(from, "S3Key"))
		return function_fail(op, &InvalidParameterValueException,
				     "Error occurred while GetObject. S3 Error Code: NoSuchBucket. "
				     "S3 Error Message: The specified bucket does not exist");
	if (!encoded.p)
		return function_fail(op, &InvalidParameterValueException,
				     "Please provide a source for function code.");
	switch (unpack_take(op->request_id, &result)) {
	case UNPACK_DONE:
		return take_unpacked(op, &result, out);
	case UNPACK_RUNNING:
		if (op_waited(op) >= WAIT_MS)
			return op_fail(op, &ServiceException,
				       "The code has not been unpacked within 30 seconds.");
		return op_wait(op, op->request_id, WAIT_MS);
	case UNPACK_UNKNOWN:
		break;
	}
	return take_bytes(op, encoded, out);
}

/* --- layers together ------------------------------------------------------------------------------ */

/* Link all files of a folder into another; what is there already gives way. */
static bool link_all(struct arena *a, const char *from, const char *to, int depth)
{
	DIR *dir = opendir(from);
	struct dirent *entry;
	bool good = dir && depth < DEPTH_MAX;

	while (good && (entry = readdir(dir))) {
		const char *source = arena_printf(a, "%s/%s", from, entry->d_name);
		const char *target = arena_printf(a, "%s/%s", to, entry->d_name);
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (lstat(source, &st) != 0) {
			good = false;
		} else if (S_ISDIR(st.st_mode)) {
			struct stat there;

			/* A folder covers a file, and the other way round. */
			if (lstat(target, &there) == 0 && !S_ISDIR(there.st_mode))
				unlink(target);
			mkdir(target, 0755);
			good = chmod(target, 0755) == 0 && link_all(a, source, target, depth + 1);
		} else {
			folder_remove(target);
			good = link(source, target) == 0;
		}
	}
	if (dir)
		closedir(dir);
	return good;
}

static bool merge(struct op *op, struct str names, const char *folder)
{
	const char *fresh = arena_printf(op->arena, "%s.new", folder);
	bool good;

	folder_remove(fresh);
	good = mkdir(fresh, 0755) == 0 && chmod(fresh, 0755) == 0;
	while (good && names.p)
		good = link_all(op->arena, code_folder(op, str_cut(&names, ' ')), fresh, 0);
	if (good && rename(fresh, folder) == 0)
		return true;
	folder_remove(fresh);
	return false;
}

bool code_merge(struct op *op, struct str names, struct str *out)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	*out = names;
	if (str_find(names, ' ') < 0)
		return true;
	hash_sha256(names, digest);
	hash_hex(digest, sizeof(digest), hex);
	*out = arena_strf(op->arena, "opt-%s", hex);
	if (access(code_folder(op, *out), F_OK) == 0 || merge(op, names, code_folder(op, *out)))
		return true;
	not_stored(op);
	return false;
}

/* --- leaving --------------------------------------------------------------------------------------- */

static bool is_needed(struct op *op, struct str name)
{
	return db_int(op->db, 0,
		      "SELECT count(*) FROM lambda_function"
		      " WHERE code = ?1 OR opt = ?1 OR instr(layers, ?1)",
		      "s", name) ||
	       db_int(op->db, 0,
		      "SELECT count(*) FROM lambda_version"
		      " WHERE code = ?1 OR opt = ?1 OR instr(layers, ?1)",
		      "s", name) ||
	       db_int(op->db, 0, "SELECT count(*) FROM lambda_layer WHERE code = ?", "s", name);
}

enum outcome lambda_job_drop_code(struct op *op)
{
	struct str name = op_str(op, "Code");

	if (name.n < 2 * SHA256_BYTES || str_find(name, '/') >= 0 || is_needed(op, name))
		return DONE;
	folder_remove(code_folder(op, name));
	unlink(arena_printf(op->arena, "%s.zip", code_folder(op, name)));
	db_run(op->db, "DELETE FROM lambda_code WHERE code = ?", "s", name);
	return DONE;
}

void code_leave(struct op *op, struct str name)
{
	struct json_object *arg = json_new_object(op->arena);

	if (!name.n)
		return;
	json_set_str(arg, "Code", name);
	job_add(op, &lambda_jobs[LAMBDA_DROP_CODE], op->now + CODE_KEPT_MS,
		arena_cstr(op->arena, name), arg);
}

void code_leave_layers(struct op *op, struct str names, struct str merged)
{
	code_leave(op, merged);
	while (names.p)
		code_leave(op, str_cut(&names, ' '));
}
