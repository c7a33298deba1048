#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include "base/arena.h"
#include "base/hash.h"

/*
 * Signature Version 4, as AWS documents it under "Signing AWS API requests".
 *
 *	sigv4_read()         what the request says of its signature: who, when, for where
 *	sigv4_check_scope()  is it for this region and service?
 *	sigv4_check_time()   is it of now?
 *	sigv4_matches()      is it right?
 *
 * Pure functions of their arguments: no clock, no table, no server. Everything returned is a view of the
 * request or lives in the arena.
 */
struct sigv4_header {
	struct str name, value;
};
struct sigv4_request {
	struct str method;
	struct str path;  /* as sent, still escaped */
	struct str query; /* as sent, without "?"; may be absent */
	struct str body;
	const struct sigv4_header *headers; /* every header as sent, repeated names repeatedly */
	size_t header_count;
};

/* The first header called so (any case), or absent. */
struct str sigv4_header(const struct sigv4_request *req, const char *name);

struct sigv4 {
	bool presigned;        /* in the query, not in the Authorization header */
	struct str access_key; /* "AKIA..." */
	struct str date;       /* "20150830" */
	struct str region, service, terminator;
	struct str scope;          /* "20150830/us-east-1/iam/aws4_request" */
	struct str timestamp;      /* "20150830T123600Z" */
	int64_t at_ms;             /* the same */
	int64_t expires_s;         /* presigned: X-Amz-Expires; -1: not said */
	struct str signed_headers; /* "host;x-amz-date" */
	struct str signature;      /* 64 hexadecimal digits */
	struct str token;          /* session token, or absent */
	struct str payload;        /* X-Amz-Content-Sha256, or absent */
};

enum sigv4_verdict {
	SIGV4_GOOD,
	SIGV4_MISSING,    /* not signed at all */
	SIGV4_INCOMPLETE, /* something that belongs to a signature is not there or unreadable */
	SIGV4_INVALID,    /* signed, but not so that it can be accepted */
};

/* What a service does otherwise than the rest. */
enum sigv4_flags {
	SIGV4_S3 =
		1
		<< 0, /* paths are not normalised nor escaped twice; presigned payloads are unsigned */
};

/* Read the signature's parts. Other than GOOD leaves AWS's sentence in *message. */
enum sigv4_verdict sigv4_read(struct arena *a, const struct sigv4_request *req, struct sigv4 *sig,
			      struct str *message);
/*
 * What an Authorization header lacks to be a signature, as API Gateway says it to a caller of an API: it shows no header, only
 * what it hashes to. Absent: there is no such header, or it lacks nothing.
 */
struct str sigv4_lacks(struct arena *a, const struct sigv4_request *req);
/* GOOD or INVALID. */
enum sigv4_verdict sigv4_check_scope(struct arena *a, const struct sigv4 *sig, const char *region,
				     struct str service, struct str *message);
/* GOOD or INVALID; `skew_ms` is how far clocks may differ. */
enum sigv4_verdict sigv4_check_time(struct arena *a, const struct sigv4 *sig, int64_t now,
				    int64_t skew_ms, struct str *message);

/* The signing key of a secret, for one day, region and service. */
void sigv4_key(struct str secret, struct str date, struct str region, struct str service,
	       unsigned char key[static SHA256_BYTES]);
/*
 * Does the signature hold? Compares in constant time. When it does not, *message (if not NULL) tells
 * AWS's sentence with the canonical request and the string to sign.
 */
bool sigv4_matches(struct arena *a, const struct sigv4_request *req, const struct sigv4 *sig,
		   const unsigned char key[static SHA256_BYTES], unsigned flags,
		   struct str *message);

/* The parts of the calculation, for tests and for the error's text. */
struct str sigv4_canonical_request(struct arena *a, const struct sigv4_request *req,
				   const struct sigv4 *sig, unsigned flags);
struct str sigv4_string_to_sign(struct arena *a, const struct sigv4 *sig, struct str canonical);

/*
 * Sign a request whose headers (Host and X-Amz-Date among them) are all to be signed: the value of its
 * Authorization header.
 */
struct str sigv4_sign(struct arena *a, const struct sigv4_request *req, struct str access_key,
		      struct str secret, const char *region, const char *service);

/*
 * Bodies in signed chunks (Content-Encoding: aws-chunked): is the payload of this signature one?
 */
bool sigv4_streaming(const struct sigv4 *sig);
/*
 * Take such a body apart: checks every chunk's signature and the trailer's, in order, and
 * X-Amz-Decoded-Content-Length. False when anything is wrong. The signature itself must have been found to match before.
 */
struct sigv4_stream {
	struct str body;                 /* decoded */
	struct sigv4_header trailers[8]; /* "x-amz-checksum-crc32" and the like */
	size_t trailer_count;
};
bool sigv4_stream_read(struct arena *a, const struct sigv4_request *req, const struct sigv4 *sig,
		       const unsigned char key[static SHA256_BYTES], struct sigv4_stream *out);

#endif
