#ifndef CLOUD_LAMBDA_CODE_H
#define CLOUD_LAMBDA_CODE_H

#include "aws/op.h"

/*
 * Code: the zips of functions and layers, as they were sent and unpacked.
 *
 * Code is named by the hexadecimal SHA-256 of its zip: DIR/lambda/NAME is the folder, DIR/lambda/NAME.zip what was sent.
 * Several functions may have the same; who does not need it any more says so, and some time later it is removed unless
 * somebody has it again.
 */
struct code {
	struct str name;   /* 64 hexadecimal digits */
	struct str sha256; /* the digest in base64 */
	int64_t size;      /* of the zip */
	int64_t unzipped;
};

/*
 * Take the code that a request carries in `from` (ZipFile, or S3Bucket and S3Key). Small zips are unpacked at once;
 * for large ones the operation waits, so that the account goes on meanwhile: WAITING, and it runs again. Before
 * anything is changed. FAILED with the error set.
 */
enum outcome code_take(struct op *op, struct json_object *from, struct code *out);

/* Its folder. */
const char *code_folder(struct op *op, struct str name);
/* How large it is unpacked; 0 when that is not known. */
int64_t code_unzipped(struct op *op, struct str name);
/* An address that the zip can be had from for ten minutes, without a signature of the caller's own. */
struct str code_location(struct op *op, struct str name);
/*
 * One folder of several layers' code: files of later ones cover those of earlier ones. The name of it, which is that of
 * the only layer when there is one, and empty when there is none. False with the error set.
 */
bool code_merge(struct op *op, struct str names, struct str *out);

/* Somebody does not need it any more: looked at in some time, since environments that run now have it mounted. */
void code_leave(struct op *op, struct str name);
/* The same for layers: each of `names`, and the folder of all of them. */
void code_leave_layers(struct op *op, struct str names, struct str merged);
/* The job that looks. */
enum outcome lambda_job_drop_code(struct op *op);

#endif
