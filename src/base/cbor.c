/* CBOR to JSON trees and back; see cbor.h. */
#include "base/cbor.h"

#include <math.h>

#include "base/base64.h"

enum { DEPTH_MAX = 128 };

/* The major types. */
enum { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };
enum { INDEFINITE = 31, BREAK = 0xff };

/* --- reading ----------------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	struct str rest;
	int depth, lists, values;
	bool bad;
};

/* The first byte of an item, with the number behind it. */
struct head {
	int major, minor;
	uint64_t number;
};

static uint64_t read_number(struct reader *r, size_t bytes)
{
	uint64_t n = 0;

	if (r->rest.n < bytes) {
		r->bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (unsigned char)r->rest.p[i];
	r->rest = str_slice(r->rest, bytes, r->rest.n);
	return n;
}

static struct head read_head(struct reader *r)
{
	int byte = (int)read_number(r, 1);
	struct head h = { byte >> 5, byte & 31, (uint64_t)(byte & 31) };

	if (h.minor >= 24 && h.minor <= 27)
		h.number = read_number(r, (size_t)1 << (h.minor - 24));
	else if (h.minor >= 28 && h.minor != INDEFINITE)
		r->bad = true;
	if (h.minor == INDEFINITE && (h.major < BYTES || h.major == TAG))
		r->bad = true;
	return h;
}

/* Is this the end of an array or map of unsaid length? */
static bool take_break(struct reader *r)
{
	if (!r->rest.n || (unsigned char)r->rest.p[0] != BREAK)
		return false;
	r->rest = str_slice(r->rest, 1, r->rest.n);
	return true;
}

static struct str read_piece(struct reader *r, uint64_t n)
{
	struct str piece = STR("");

	if (n > r->rest.n) {
		r->bad = true;
		return piece;
	}
	piece = str_slice(r->rest, 0, (size_t)n);
	r->rest = str_slice(r->rest, (size_t)n, r->rest.n);
	return piece;
}

/* A byte or text string, in one piece or several. */
static struct str read_string(struct reader *r, struct head h)
{
	struct buf b;
	struct str whole;

	if (h.minor != INDEFINITE)
		return read_piece(r, h.number);
	buf_init(&b, r->rest.n);
	while (!r->bad && !take_break(r)) {
		struct head piece = read_head(r);

		r->bad |= piece.major != h.major || piece.minor == INDEFINITE;
		buf_add(&b, read_piece(r, piece.number));
	}
	whole = arena_dup(r->arena, buf_str(&b));
	buf_release(&b);
	return whole;
}

static double half(uint64_t bits)
{
	double value = ldexp((double)(bits & 0x3ff), -24);
	int exponent = (int)(bits >> 10 & 31);

	if (exponent == 31)
		value = bits & 0x3ff ? NAN : INFINITY;
	else if (exponent)
		value = ldexp((double)((bits & 0x3ff) | 0x400), exponent - 25);
	return bits & 0x8000 ? -value : value;
}

static double fraction(struct head h)
{
	uint32_t bits = (uint32_t)h.number;
	double wide;
	float narrow;

	if (h.minor == 25)
		return half(h.number);
	if (h.minor == 26) {
		memcpy(&narrow, &bits, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, &h.number, sizeof(wide));
	return wide;
}

static struct json_object *read_simple(struct reader *r, struct head h)
{
	if (h.minor == 20 || h.minor == 21)
		return json_object_new_boolean(h.minor == 21);
	if (h.minor >= 25 && h.minor <= 27)
		return json_object_new_double(fraction(h));
	r->bad |= h.minor != 22 && h.minor != 23;
	return NULL;
}

static struct json_object *read_value(struct reader *r);

/* One byte may be an array, and takes hundreds here: what is made is counted as that of JSON is. */
static bool has_room(struct reader *r, struct head h)
{
	r->lists += h.major == ARRAY || h.major == MAP;
	r->values++;
	r->bad |= r->lists > JSON_LISTS_MAX || r->values > JSON_VALUES_MAX;
	return !r->bad;
}

static struct json_object *read_array(struct reader *r, struct head h)
{
	struct json_object *array = json_object_new_array_ext(JSON_FIRST_ELEMENTS);

	for (uint64_t i = 0; !r->bad && (h.minor == INDEFINITE || i < h.number); i++) {
		if (h.minor == INDEFINITE && take_break(r))
			break;
		json_add(array, read_value(r));
	}
	return array;
}

static struct json_object *read_map(struct reader *r, struct head h)
{
	struct json_object *map = json_object_new_object();

	for (uint64_t i = 0; !r->bad && (h.minor == INDEFINITE || i < h.number); i++) {
		struct head key;
		struct str name;

		if (h.minor == INDEFINITE && take_break(r))
			break;
		key = read_head(r);
		r->bad |= key.major != TEXT;
		name = r->bad ? STR("") : read_string(r, key);
		r->bad |= str_find(name, '\0') >= 0 || !str_is_utf8(name);
		if (!r->bad)
			json_set(map, arena_cstr(r->arena, name), read_value(r));
	}
	return map;
}

static struct json_object *read_text(struct reader *r, struct head h)
{
	struct str text = read_string(r, h);

	r->bad |= !str_is_utf8(text);
	return json_string(r->bad ? STR("") : text);
}

/* What a head announces; NULL is JSON's null. */
static struct json_object *read_body(struct reader *r, struct head h)
{
	switch (h.major) {
	case UNSIGNED:
		return h.number > INT64_MAX ? json_object_new_double((double)h.number)
					    : json_object_new_int64((int64_t)h.number);
	case NEGATIVE:
		return h.number > INT64_MAX ? json_object_new_double(-1 - (double)h.number)
					    : json_object_new_int64(-1 - (int64_t)h.number);
	case BYTES:
		return json_string(base64_print(r->arena, read_string(r, h)));
	case TEXT:
		return read_text(r, h);
	case ARRAY:
		return read_array(r, h);
	case MAP:
		return read_map(r, h);
	case TAG:
		return read_value(r);
	default:
		return read_simple(r, h);
	}
}

static struct json_object *read_value(struct reader *r)
{
	struct json_object *value = NULL;
	struct head h = read_head(r);

	if (++r->depth > DEPTH_MAX)
		r->bad = true;
	if (!r->bad && has_room(r, h))
		value = read_body(r, h);
	r->depth--;
	return value;
}

struct json_object *cbor_parse(struct arena *a, struct str bytes)
{
	struct reader r = { .arena = a, .rest = bytes };
	struct json_object *o = json_own(a, read_value(&r));

	return !r.bad && !r.rest.n && json_is_object(o) ? o : NULL;
}

/* --- writing --------------------------------------------------------------------------- */

static void add_big_endian(struct buf *b, uint64_t number, int bytes)
{
	while (bytes--)
		buf_addc(b, (char)(number >> 8 * bytes));
}

static void add_head(struct buf *b, int major, uint64_t number)
{
	int minor = number < 24            ? (int)number
		    : number <= UINT8_MAX  ? 24
		    : number <= UINT16_MAX ? 25
		    : number <= UINT32_MAX ? 26
					   : 27;

	buf_addc(b, (char)(major << 5 | minor));
	if (minor >= 24)
		add_big_endian(b, number, 1 << (minor - 24));
}

void cbor_add_int(struct buf *b, int64_t value)
{
	if (value < 0)
		add_head(b, NEGATIVE, (uint64_t)(-1 - value));
	else
		add_head(b, UNSIGNED, (uint64_t)value);
}

void cbor_add_double(struct buf *b, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	buf_addc(b, (char)(SIMPLE << 5 | 27));
	add_big_endian(b, bits, 8);
}

void cbor_add_bool(struct buf *b, bool value)
{
	buf_addc(b, (char)(SIMPLE << 5 | (value ? 21 : 20)));
}

void cbor_add_null(struct buf *b)
{
	buf_addc(b, (char)(SIMPLE << 5 | 22));
}

void cbor_add_text(struct buf *b, struct str text)
{
	add_head(b, TEXT, text.n);
	buf_add(b, text);
}

void cbor_add_bytes(struct buf *b, struct str bytes)
{
	add_head(b, BYTES, bytes.n);
	buf_add(b, bytes);
}

void cbor_add_time(struct buf *b, double seconds)
{
	add_head(b, TAG, 1);
	cbor_add_double(b, seconds);
}

void cbor_add_array(struct buf *b, size_t count)
{
	add_head(b, ARRAY, count);
}

void cbor_add_map(struct buf *b, size_t count)
{
	add_head(b, MAP, count);
}

void cbor_print(struct buf *b, const struct json_object *o)
{
	if (json_is_object(o)) {
		cbor_add_map(b, json_count(o));
		JSON_EACH((struct json_object *)o, key, value)
		{
			cbor_add_text(b, str_of(key));
			cbor_print(b, value);
		}
	} else if (json_is_array(o)) {
		cbor_add_array(b, json_count(o));
		for (size_t i = 0; i < json_count(o); i++)
			cbor_print(b, json_at(o, i));
	} else if (json_is_string(o)) {
		cbor_add_text(b, json_str(o));
	} else if (json_object_is_type(o, json_type_boolean)) {
		cbor_add_bool(b, json_bool_or(o, false));
	} else if (json_object_is_type(o, json_type_int)) {
		cbor_add_int(b, json_int_or(o, 0));
	} else if (json_object_is_type(o, json_type_double)) {
		cbor_add_double(b, json_object_get_double(o));
	} else {
		cbor_add_null(b);
	}
}
