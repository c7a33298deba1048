/*
 * Bodies that are compressed on the way.
 *
 * SDKs compress what they send (Content-Encoding: gzip; no other coding is known to AWS), with the signature over the
 * compressed bytes. Services with HABIT_COMPRESSES compress what they answer with the coding that Accept-Encoding
 * prefers, when that pays; x-amz-crc32 is then of the compressed bytes.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html
 */
#include "aws/call.h"

#include <stdlib.h>

enum {
	REQUEST_MAX = 16 << 20, /* most services say less, DynamoDB says so */
	OPEN_MAX = 256 << 10,   /* where nobody signs, and so it is read on an HTTP thread */
	ANSWER_LEAST = 4096,
	CODINGS = 2,
};

static const char *const names[CODINGS] = {
	[GZIP_CODING_GZIP] = "gzip",
	[GZIP_CODING_DEFLATE] = "deflate",
};

static const struct aws_error too_large = { "RequestEntityTooLargeException", 413,
					    "com.amazon.coral.service#", false };
static const struct aws_error InternalServerError = { "InternalServerError", 500, NULL, false };

/* --- requests ------------------------------------------------------------------------- */

size_t call_body_max(const struct aws_call *call)
{
	const struct service *service = call->op.service;

	/* A form says what is called only once it is unpacked. */
	if (!call->op.operation)
		return REQUEST_MAX;
	if (call->op.operation->flags & (OP_OPEN | OP_UNSIGNED))
		return OPEN_MAX;
	return service->body_max ? service->body_max : REQUEST_MAX;
}

void call_refuse_length(struct aws_call *call)
{
	call_refuse(call, &too_large,
		    arena_strf(call->op.arena, "The request's body is longer than %zu bytes%s.",
			       call_body_max(call),
			       call->unpacked ? " when it is decompressed" : ""));
}

static void refuse_broken(struct aws_call *call)
{
	const struct service *service = call->op.service;

	if (service && service->habits & HABIT_COMPRESSES)
		call_refuse(call, &InternalServerError, STR("Internal server error"));
	else
		call_refuse(
			call, &InternalFailure,
			STR("The request processing has failed because of an unknown error, exception or failure."));
}

/* What a body is compressed with, or the empty str. A body in signed chunks says so here too. */
static struct str sent_coding(const struct aws_call *call)
{
	struct str rest = sigv4_header(&call->http, "Content-Encoding"), coding = STR("");

	while (rest.p) {
		struct str one = str_trim(str_cut(&rest, ','));

		if (one.n && !str_eq_nocase(one, STR("aws-chunked")) &&
		    !str_eq_nocase(one, STR("identity")))
			coding = one;
	}
	return coding;
}

bool coding_read(struct aws_call *call)
{
	struct str coding = sent_coding(call);

	if (!coding.n || call->unpacked)
		return true;
	call->unpacked = true;
	if (str_eq_nocase(coding, STR("gzip"))) {
		enum gzip_verdict verdict = gzip_inflate(call->op.arena, call->payload,
							 call_body_max(call), &call->payload);

		if (verdict == GZIP_GOOD)
			return true;
		if (verdict == GZIP_TOO_LONG)
			call_refuse_length(call);
	}
	refuse_broken(call);
	call->payload = STR("");
	return false;
}

/* --- answers --------------------------------------------------------------------------- */

/* What Accept-Encoding says of a coding. */
struct wish {
	double quality; /* 0: not wanted; below: not mentioned */
	int place;      /* where it was named */
};

/* The first "q" counts; one that is no number is as good as none, and nothing is better than 1. */
static double read_quality(struct arena *a, struct str parameters)
{
	while (parameters.p) {
		struct str value = str_cut(&parameters, ';'), name = str_trim(str_cut(&value, '='));
		const char *text;
		double quality;
		char *end;

		if (!str_eq_nocase(name, STR("q")) || !value.p)
			continue;
		text = arena_cstr(a, str_trim(value));
		quality = strtod(text, &end);
		if (end == text || *end || !(quality <= 1))
			return 1;
		return quality < 0 ? 0 : quality;
	}
	return 1;
}

static void wish_for(struct wish *wish, double quality, int place)
{
	if (quality > wish->quality)
		*wish = (struct wish){ quality, place };
}

bool coding_choose(struct arena *a, struct str header, enum gzip_coding *out)
{
	struct wish wishes[CODINGS] = { { -1, 0 }, { -1, 0 } }, any = { -1, 0 }, *best = NULL;

	for (int place = 1; header.p; place++) {
		struct str one = str_cut(&header, ','), name = str_trim(str_cut(&one, ';'));
		double quality = read_quality(a, one);

		for (int i = 0; i < CODINGS; i++)
			if (str_eq_nocase(name, str_of(names[i])))
				wish_for(&wishes[i], quality, place);
		if (str_is(name, "*"))
			wish_for(&any, quality, INT32_MAX);
	}
	for (int i = 0; i < CODINGS; i++) {
		struct wish *wish = &wishes[i];

		if (wish->quality < 0)
			*wish = any;
		if (wish->quality > 0 &&
		    (!best || wish->quality > best->quality ||
		     (wish->quality >= best->quality && wish->place < best->place)))
			best = wish;
	}
	*out = best == &wishes[GZIP_CODING_DEFLATE] ? GZIP_CODING_DEFLATE : GZIP_CODING_GZIP;
	return best != NULL;
}

void coding_write(struct aws_call *call, struct answer *answer)
{
	const struct service *service = call->op.service;
	enum gzip_coding coding;

	if (answer->body.n < ANSWER_LEAST || !service || !(service->habits & HABIT_COMPRESSES) ||
	    !coding_choose(call->op.arena, http_header(call->req, "Accept-Encoding"), &coding))
		return;
	answer->body = gzip_deflate(call->op.arena, coding, answer->body);
	http_set_header(call->req, "Content-Encoding", str_of(names[coding]));
}
