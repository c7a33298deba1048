/* Ids that carry their account; see id.h. */
#include "aws/id.h"

#include "base/hash.h"

static const char base36[] = "0123456789abcdefghijklmnopqrstuvwxyz";
static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* Numbers below `all` written with `length` digits, scattered by a multiplication that can be undone. */
struct form {
	const char *digits;
	size_t length;
	uint64_t all;     /* as many numbers as such digits can write */
	uint64_t numbers; /* of an account and kind */
	uint64_t scatter, unscatter;
};

/* 36^10, a quarter for each kind of 10^12 accounts. */
static const struct form short_form = {
	base36, ID_SHORT, 3656158440062976ULL, 914, 2783377641436327ULL, 846103197938455ULL
};
/* 62^9, for 10^12 accounts. */
static const struct form mixed_form = {
	base62, ID_MIXED, 13537086546263552ULL, 13537, 2487947369287701ULL, 9176748813091645ULL
};

#define ACCOUNTS 1000000000000ULL
#define BASE36_8 2821109907456ULL /* 36^8 */
#define TAIL     8                /* characters of a long id that hide the account */

static uint64_t times(const struct form *form, uint64_t a, uint64_t b)
{
	return (uint64_t)((unsigned __int128)a * b % form->all);
}

static void print_digits(uint64_t number, const char *digits, char *out, size_t n)
{
	uint64_t base = strlen(digits);

	while (n) {
		out[--n] = digits[number % base];
		number /= base;
	}
}

static bool read_digits(struct str s, const char *digits, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(digits, s.p[i]) : NULL;

		if (!at)
			return false;
		*number = *number * strlen(digits) + (uint64_t)(at - digits);
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

/* `owner` is an account, or an account and kind. */
static struct str scattered(struct op *op, const struct form *form, uint64_t owner)
{
	char *id = arena_zalloc(op->arena, form->length + 1);
	uint32_t random;

	hash_random(&random, sizeof(random));
	print_digits(times(form, owner * form->numbers + random % form->numbers, form->scatter),
		     form->digits, id, form->length);
	return str_make(id, form->length);
}

static bool gathered(struct str id, const struct form *form, uint64_t *owner)
{
	uint64_t number;

	if (id.n != form->length || !read_digits(id, form->digits, &number) || number >= form->all)
		return false;
	*owner = times(form, number, form->unscatter) / form->numbers;
	return true;
}

struct str id_make(struct op *op, enum id_kind kind)
{
	return scattered(op, &short_form, account_of(op) * ID_KINDS + kind);
}

bool id_account(struct str id, enum id_kind kind, char account[static 13])
{
	uint64_t owner;

	return gathered(id, &short_form, &owner) && owner % ID_KINDS == kind &&
	       print_account(owner / ID_KINDS, account);
}

struct str id_make_mixed(struct op *op)
{
	return scattered(op, &mixed_form, account_of(op));
}

bool id_account_mixed(struct str id, char account[static 13])
{
	uint64_t owner;

	return gathered(id, &mixed_form, &owner) && print_account(owner, account);
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
	struct str random = hash_random_text(op->arena, length - TAIL, base36);
	char *id = arena_zalloc(op->arena, length + 1);

	memcpy(id, random.p, random.n);
	print_digits((account_of(op) + mask(random)) % BASE36_8, base36, id + random.n, TAIL);
	return str_make(id, length);
}

bool id_account_long(struct str id, size_t length, char account[static 13])
{
	uint64_t number;

	if (id.n != length || length < ID_LONG_MIN ||
	    !read_digits(str_slice(id, length - TAIL, length), base36, &number))
		return false;
	return print_account((number + BASE36_8 - mask(str_slice(id, 0, length - TAIL))) % BASE36_8,
			     account);
}
