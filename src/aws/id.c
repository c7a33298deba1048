/* Ids that carry their account; see id.h. */
#include "aws/id.h"

#include "base/hash.h"

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

#define ACCOUNTS  1000000000000ULL
#define BASE36_8  2821109907456ULL    /* 36^8 */
#define BASE36_10 3656158440062976ULL /* 36^10 */
#define NUMBERS   914ULL              /* of an account and kind: 36^10 / (4 * 10^12) */
#define SCATTER   2783377641436327ULL
#define UNSCATTER 846103197938455ULL /* its inverse modulo 36^10 */
#define TAIL      8                  /* characters of a long id that hide the account */

static uint64_t times(uint64_t a, uint64_t b)
{
	return (uint64_t)((unsigned __int128)a * b % BASE36_10);
}

static void print_digits(uint64_t number, char *out, size_t n)
{
	while (n) {
		out[--n] = digits[number % 36];
		number /= 36;
	}
}

static bool read_digits(struct str s, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(digits, s.p[i]) : NULL;

		if (!at)
			return false;
		*number = *number * 36 + (uint64_t)(at - digits);
	}
	return true;
}

static bool print_account(uint64_t number, char account[static 13])
{
	if (number >= ACCOUNTS)
		return false;
	for (int i = 11; i >= 0; i--, number /= 10)
		account[i] = (char)('0' + number % 10);
	account[12] = '\0';
	return true;
}

static uint64_t account_of(const struct op *op)
{
	int64_t account = 0;

	str_to_int(str_of(op->account->id), &account);
	return (uint64_t)account;
}

struct str id_make(struct op *op, enum id_kind kind)
{
	char *id = arena_zalloc(op->arena, ID_SHORT + 1);
	uint32_t random;

	hash_random(&random, sizeof(random));
	print_digits(times((account_of(op) * ID_KINDS + kind) * NUMBERS + random % NUMBERS,
			   SCATTER),
		     id, ID_SHORT);
	return str_make(id, ID_SHORT);
}

bool id_account(struct str id, enum id_kind kind, char account[static 13])
{
	uint64_t number;

	if (id.n != ID_SHORT || !read_digits(id, &number))
		return false;
	number = times(number, UNSCATTER) / NUMBERS;
	return number % ID_KINDS == kind && print_account(number / ID_KINDS, account);
}

/* What is added to the account: a number that the random characters decide. */
static uint64_t mask(struct str random)
{
	unsigned char digest[SHA256_BYTES];
	uint64_t number = 0;

	hash_sha256(random, digest);
	for (size_t i = 0; i < 8; i++)
		number = number << 8 | digest[i];
	return number % BASE36_8;
}

struct str id_make_long(struct op *op, size_t length)
{
	struct str random = hash_random_text(op->arena, length - TAIL, digits);
	char *id = arena_zalloc(op->arena, length + 1);

	memcpy(id, random.p, random.n);
	print_digits((account_of(op) + mask(random)) % BASE36_8, id + random.n, TAIL);
	return str_make(id, length);
}

bool id_account_long(struct str id, size_t length, char account[static 13])
{
	uint64_t number;

	if (id.n != length || length < ID_LONG_MIN ||
	    !read_digits(str_slice(id, length - TAIL, length), &number))
		return false;
	return print_account((number + BASE36_8 - mask(str_slice(id, 0, length - TAIL))) % BASE36_8,
			     account);
}
