#ifndef CLOUD_LAMBDA_SERVE_H
#define CLOUD_LAMBDA_SERVE_H

#include "aws/raw.h"

/* What is served beside the API: functions at addresses of their own, and packages. */

#define URL_PATH  "/_aws/lambda-url/"  /* {id}/... */
#define CODE_PATH "/_aws/lambda-code/" /* {account}/{name}?... */

/* The id in the host or path of a request for a function; absent: it is none. *rest is the path that is meant. */
struct str url_id_of(const struct raw_request *raw, struct str *rest);
enum { URL_ID = 32 };

/* The OP_RAW operations: url_serve.c, download.c. */
enum outcome lambda_op_serve_url(struct op *op);
enum outcome lambda_op_serve_code(struct op *op);

#endif
