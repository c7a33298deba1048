/* Ids that carry their account; see id.h. */
#include "cloud/cognito/id.h"

#include <stdio.h>

#include "aws/service.h"
#include "base/hash.h"
#include "base/jwt.h"
#include "cloud/cognito/challenge.h"
#include "cloud/cognito/errors.h"

static const char base36[] = "0123456789abcdefghijklmnopqrstuvwxyz";
static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#define ACCOUNTS  1000000000000ULL
#define CLIENT    26
#define RANDOM    18
#define BASE36_8  2821109907456ULL     /* 36^8 */
#define BASE62_9  13537086546263552ULL /* 62^9 */
#define POOLS     13537ULL             /* of an account: 62^9 / 10^12 */
#define SCATTER   2487947369287701ULL
#define UNSCATTER 9176748813091645ULL /* its inverse modulo 62^9 */

static uint64_t times(uint64_t a, uint64_t b)
{
	return (uint64_t)((unsigned __int128)a * b % BASE62_9);
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

struct str idp_id_client(struct op *op)
{
	struct str random = hash_random_text(op->arena, RANDOM, base36);
	char *id = arena_zalloc(op->arena, CLIENT + 1);
	int64_t account = 0;

	str_to_int(str_of(op->account->id), &account);
	memcpy(id, random.p, RANDOM);
	print_digits(((uint64_t)account + mask(random)) % BASE36_8, base36, id + RANDOM,
		     CLIENT - RANDOM);
	return str_make(id, CLIENT);
}

bool idp_id_client_account(struct str id, char account[static 13])
{
	uint64_t number;

	return id.n == CLIENT && read_digits(str_slice(id, RANDOM, CLIENT), base36, &number) &&
	       print_account((number + BASE36_8 - mask(str_slice(id, 0, RANDOM))) % BASE36_8,
			     account);
}

struct str idp_id_pool(struct op *op)
{
	char digits[9];
	uint32_t random;
	int64_t account = 0;

	hash_random(&random, sizeof(random));
	str_to_int(str_of(op->account->id), &account);
	print_digits(times((uint64_t)account * POOLS + random % POOLS, SCATTER), base62, digits, 9);
	return arena_strf(op->arena, "%s_%.9s", op->region, digits);
}

bool idp_id_pool_account(struct str id, char account[static 13])
{
	struct str rest = id;
	uint64_t number;

	str_cut(&rest, '_');
	return rest.n == 9 && read_digits(rest, base62, &number) && number < BASE62_9 &&
	       print_account(times(number, UNSCATTER) / POOLS, account);
}

/* --- calls without a signature -------------------------------------------------------------- */

static bool here(struct op *op, const char *account)
{
	return aws_account_here(op->aws, str_of(account));
}

/* The client that a token was made for, before anybody has looked whether it is genuine. */
static bool token_account(struct op *op, struct str token, char account[static 13])
{
	struct jwt jwt;

	return jwt_parse(op->arena, token, &jwt) &&
	       idp_id_client_account(json_get_str(jwt.claims, "client_id"), account);
}

bool idp_account_of(struct op *op, char account[static 13])
{
	struct str client = op_str(op, "ClientId"), pool = op_str(op, "UserPoolId");

	if (op_has(op, "AccessToken")) {
		if (token_account(op, op_str(op, "AccessToken"), account) && here(op, account))
			return true;
		op_fail(op, &NotAuthorizedException, "Invalid Access Token");
	} else if (op_has(op, "Session") && !client.p) {
		if (idp_id_client_account(idp_session_client(op_str(op, "Session")), account) &&
		    here(op, account))
			return true;
		op_fail(op, &NotAuthorizedException, "Invalid session for the user.");
	} else if (client.p) {
		if (idp_id_client_account(client, account) && here(op, account))
			return true;
		op_fail(op, &ResourceNotFoundException, "User pool client %.*s does not exist.",
			STR_ARG(client));
	} else {
		if (idp_id_pool_account(pool, account) && here(op, account))
			return true;
		op_fail(op, &ResourceNotFoundException, "User pool %.*s does not exist.",
			STR_ARG(pool));
	}
	return false;
}
