/*
 * What a message may be: its body, attributes and ids, and their digests.
 * From: SQS API Reference, SendMessage; Developer Guide, "Amazon SQS message metadata", "Calculating the MD5 message
 * digest for message attributes", "Amazon SQS message quotas". Wordings: as public projects have recorded them.
 */
#include "base/base64.h"
#include "base/hash.h"
#include "cloud/sqs/inside.h"

#include <stdlib.h>

enum { ATTRIBUTES_MAX = 10, NAME_BYTES_MAX = 256, ID_MAX = 128, DELAY_MAX = 900 };

/* --- digests ------------------------------------------------------------------------------- */

static struct str md5_text(struct arena *a, struct str bytes)
{
	unsigned char digest[MD5_BYTES];
	char *hex = arena_alloc(a, 2 * MD5_BYTES + 1);

	hash_md5(bytes, digest);
	hash_hex(digest, MD5_BYTES, hex);
	return str_make(hex, 2 * MD5_BYTES);
}

struct str content_md5(struct arena *a, struct str text)
{
	return md5_text(a, text);
}

/* A length of four bytes, and what is so long. */
static void add_counted(struct buf *b, struct str bytes)
{
	uint32_t n = (uint32_t)bytes.n;

	buf_addc(b, (char)(n >> 24));
	buf_addc(b, (char)(n >> 16));
	buf_addc(b, (char)(n >> 8));
	buf_addc(b, (char)n);
	buf_add(b, bytes);
}

static int by_name(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

struct str content_attributes_md5(struct arena *a, struct json_object *attributes)
{
	struct str *names = arena_alloc(a, (json_count(attributes) + 1) * sizeof(*names)), digest;
	size_t n = 0;
	struct buf b;

	JSON_EACH(attributes, key, unused)
	{
		(void)unused;
		names[n++] = str_of(key);
	}
	qsort(names, n, sizeof(*names), by_name);
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < n; i++) {
		struct json_object *value = json_get(attributes, arena_cstr(a, names[i]));
		struct str text = json_get_str(value, "StringValue"), bytes = STR("");

		add_counted(&b, names[i]);
		add_counted(&b, json_get_str(value, "DataType"));
		if (!text.p)
			base64_parse(a, json_get_str(value, "BinaryValue"), &bytes);
		buf_addc(&b, text.p ? 1 : 2);
		add_counted(&b, text.p ? text : bytes);
	}
	digest = md5_text(a, buf_str(&b));
	buf_release(&b);
	return digest;
}

/* --- bodies -------------------------------------------------------------------------------------- */

/* #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF; it is UTF-8 already. */
static bool is_content(struct str text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (size_t i = 0; i < text.n; i++) {
		if (p[i] < 0x20 && p[i] != '\t' && p[i] != '\n' && p[i] != '\r')
			return false;
		/* U+FFFE and U+FFFF */
		if (p[i] == 0xef && i + 2 < text.n && p[i + 1] == 0xbf && p[i + 2] >= 0xbe)
			return false;
	}
	return true;
}

static int64_t value_size(struct json_object *value)
{
	struct str text = json_get_str(value, "StringValue");
	struct str binary = json_get_str(value, "BinaryValue");
	size_t n = json_get_str(value, "DataType").n + text.n;

	if (binary.n)
		n += binary.n / 4 * 3 - str_ends(binary, STR("=")) - str_ends(binary, STR("=="));
	return (int64_t)n;
}

int64_t draft_size(struct json_object *in)
{
	struct json_object *attributes = json_get(in, "MessageAttributes");
	int64_t size = (int64_t)json_get_str(in, "MessageBody").n;

	if (!attributes)
		return size;
	JSON_EACH(attributes, key, value)
	{
		size += (int64_t)strlen(key) + value_size(value);
	}
	return size;
}

static bool body_good(struct op *op, const struct queue *q, struct draft *d)
{
	int64_t most = queue_number(q, "MaximumMessageSize");

	if (!d->body.n)
		return sqs_missing(op, "MessageBody");
	if (d->size > most) {
		op_fail(op, &SqsInvalidParameter,
			"One or more parameters are invalid. Reason: Message must be shorter than "
			"%lld bytes.",
			(long long)most);
		return false;
	}
	if (is_content(d->body))
		return true;
	op_fail(op, &InvalidMessageContents,
		"Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to "
		"#xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");
	return false;
}

/* --- attributes ------------------------------------------------------------------------------------- */

static bool is_attribute_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_' || c == '.'))
			return false;
	}
	return name.n && name.n <= NAME_BYTES_MAX && name.p[0] != '.' &&
	       !str_ends(name, STR(".")) && str_find_str(name, STR("..")) < 0 &&
	       !str_eq_nocase(str_slice(name, 0, 4), STR("aws.")) &&
	       !str_eq_nocase(str_slice(name, 0, 7), STR("amazon."));
}

static bool is_number(struct str text)
{
	char copy[128], *end;

	if (!text.n || text.n >= sizeof(copy))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!memchr("0123456789+-.eE", text.p[i], 15))
			return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	strtod(copy, &end);
	return !*end;
}

/* "String", or "String.json": a type of that kind? */
static bool is_kind(struct str type, const char *kind)
{
	size_t n = strlen(kind);

	return str_is(str_slice(type, 0, n), kind) &&
	       (type.n == n || (type.p[n] == '.' && type.n > n + 1)) && type.n <= NAME_BYTES_MAX;
}

static bool bad_value(struct op *op, const char *name, const char *kind)
{
	op_fail(op, &SqsInvalidParameter,
		"Message (user) attribute '%s' must contain a non-empty value of type '%s'.", name,
		kind);
	return false;
}

static bool attribute_good(struct op *op, const char *name, struct json_object *value)
{
	struct str type = json_get_str(value, "DataType");
	struct str text = json_get_str(value, "StringValue"), bytes;
	bool binary = is_kind(type, "Binary"), number = is_kind(type, "Number");

	if (json_count(json_get(value, "StringListValues")) ||
	    json_count(json_get(value, "BinaryListValues"))) {
		op_fail(op, &SqsUnsupported,
			"Message attribute list values in SendMessage operation are not supported.");
		return false;
	}
	if (!binary && !number && !is_kind(type, "String")) {
		op_fail(op, &SqsInvalidParameter,
			type.n ? "The type of message (user) attribute '%s' is invalid. You must use "
				 "only the following supported type prefixes: Binary, Number, "
				 "String."
			       : "The message attribute '%s' must contain a non-empty message "
				 "attribute type.",
			name);
		return false;
	}
	if (binary)
		return (base64_parse(op->arena, json_get_str(value, "BinaryValue"), &bytes) &&
			bytes.n) ||
		       bad_value(op, name, "Binary");
	if (!text.n)
		return bad_value(op, name, number ? "Number" : "String");
	if (!is_content(text))
		return bad_value(op, name, "String");
	if (!number || is_number(text))
		return true;
	op_fail(op, &SqsInvalidParameter,
		"Can't cast the value of message (user) attribute '%s' to a number.", name);
	return false;
}

static bool attributes_good(struct op *op, struct json_object *attributes)
{
	if (json_count(attributes) > ATTRIBUTES_MAX) {
		op_fail(op, &SqsInvalidParameter,
			"Number of message attributes [%zu] exceeds the allowed maximum [%d].",
			json_count(attributes), ATTRIBUTES_MAX);
		return false;
	}
	if (!attributes)
		return true;
	JSON_EACH(attributes, key, value)
	{
		if (!is_attribute_name(str_of(key))) {
			op_fail(op, &SqsInvalidParameter,
				"Message (user) attribute name '%s' is invalid. It can contain A-Z, "
				"a-z, 0-9, underscore (_), hyphen (-), and period (.) characters, "
				"must not begin with AWS. or Amazon., must not begin or end with a "
				"period or have periods in succession, and can be up to 256 "
				"characters long.",
				key);
			return false;
		}
		if (!attribute_good(op, key, value))
			return false;
	}
	return true;
}

static bool read_system(struct op *op, struct json_object *attributes, struct draft *out)
{
	if (!attributes)
		return true;
	JSON_EACH(attributes, key, value)
	{
		out->trace = json_get_str(value, "StringValue");
		if (strcmp(key, "AWSTraceHeader") == 0 && out->trace.n &&
		    str_is(json_get_str(value, "DataType"), "String"))
			continue;
		op_fail(op, &SqsInvalidParameter,
			"Message system attribute name '%s' is invalid, or its value is not a "
			"non-empty value of type 'String'.",
			key);
		return false;
	}
	return true;
}

/* --- ids and delays ---------------------------------------------------------------------------------- */

bool id_good(struct op *op, const char *name, struct str id)
{
	size_t i = 0;

	while (i < id.n && id.p[i] > 0x20 && id.p[i] < 0x7f)
		i++;
	if (!id.p || (id.n && id.n <= ID_MAX && i == id.n))
		return true;
	op_fail(op, &SqsInvalidParameter,
		"Value %.*s for parameter %s is invalid. Reason: %s can only include alphanumeric "
		"and punctuation characters. 1 to %d in length.",
		STR_ARG(id), name, name, ID_MAX);
	return false;
}

static bool fifo_good(struct op *op, const struct queue *q, struct draft *d)
{
	unsigned char digest[SHA256_BYTES];
	char *hex;

	if (!d->group.n)
		return sqs_missing(op, "MessageGroupId");
	if (d->delay_s != DELAY_NONE && d->delay_s != 0) {
		op_fail(op, &SqsInvalidParameter,
			"Value %lld for parameter DelaySeconds is invalid. Reason: The request "
			"include parameter that is not valid for this queue type.",
			(long long)d->delay_s);
		return false;
	}
	d->delay_s = DELAY_NONE;
	if (d->dedup.p)
		return true;
	if (!queue_flag(q, "ContentBasedDeduplication")) {
		op_fail(op, &SqsInvalidParameter,
			"The queue should either have ContentBasedDeduplication enabled or "
			"MessageDeduplicationId provided explicitly");
		return false;
	}
	hex = arena_alloc(op->arena, 2 * SHA256_BYTES + 1);
	hash_sha256(d->body, digest);
	hash_hex(digest, sizeof(digest), hex);
	d->dedup = str_of(hex);
	return true;
}

static bool standard_good(struct op *op, const struct draft *d)
{
	if (d->dedup.p) {
		op_fail(op, &SqsInvalidParameter,
			"Value %.*s for parameter MessageDeduplicationId is invalid. Reason: The "
			"request includes a parameter that is not valid for this queue type.",
			STR_ARG(d->dedup));
		return false;
	}
	if (d->delay_s == DELAY_NONE || (d->delay_s >= 0 && d->delay_s <= DELAY_MAX))
		return true;
	op_fail(op, &SqsInvalidParameter,
		"Value %lld for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 "
		"and <= %d.",
		(long long)d->delay_s, DELAY_MAX);
	return false;
}

bool draft_read(struct op *op, const struct queue *q, struct json_object *in, struct draft *out)
{
	struct json_object *attributes = json_get(in, "MessageAttributes");

	*out = (struct draft){
		.body = json_get_str(in, "MessageBody"),
		.group = json_get_str(in, "MessageGroupId"),
		.dedup = json_get_str(in, "MessageDeduplicationId"),
		.attributes = json_count(attributes) ? attributes : NULL,
		.delay_s = json_int_or(json_get(in, "DelaySeconds"), DELAY_NONE),
		.size = draft_size(in),
	};
	return body_good(op, q, out) && attributes_good(op, out->attributes) &&
	       read_system(op, json_get(in, "MessageSystemAttributes"), out) &&
	       id_good(op, "MessageGroupId", out->group) &&
	       id_good(op, "MessageDeduplicationId", out->dedup) &&
	       (q->fifo ? fifo_good(op, q, out) : standard_good(op, out));
}
