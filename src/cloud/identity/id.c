/* Ids that carry their account; see inside.h. */
#include "cloud/identity/inside.h"

#include <stdlib.h>

#include "base/hash.h"

#define UUID   36
#define HEAD   24 /* characters before the last group */
#define DIGITS 12 /* of the last group: 48 bits */
#define MASK   ((1ULL << 48) - 1)

/* The number that is added to the account: the first groups decide it. */
static uint64_t addend(struct str head)
{
	unsigned char digest[SHA256_BYTES];
	uint64_t number = 0;

	hash_sha256(head, digest);
	for (size_t i = 0; i < 6; i++)
		number = number << 8 | digest[i];
	return number;
}

struct str identity_id_make(struct op *op)
{
	struct str head = str_slice(hash_uuid(op->arena), 0, HEAD);
	uint64_t account = strtoull(op->account->id, NULL, 10);

	return arena_strf(op->arena, "%s:%.*s%012llx", op->region, STR_ARG(head),
			  (unsigned long long)((account + addend(head)) & MASK));
}

static bool id_account(struct str id, char account[static 13])
{
	struct str uuid = id, head, tail;
	unsigned char bytes[DIGITS / 2];
	uint64_t number = 0;

	str_cut(&uuid, ':');
	if (uuid.n != UUID)
		return false;
	head = str_slice(uuid, 0, HEAD);
	tail = str_slice(uuid, HEAD, UUID);
	if (!hash_unhex(tail, bytes, sizeof(bytes)))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		number = number << 8 | bytes[i];
	number = (number - addend(head)) & MASK;
	for (int i = 11; i >= 0; i--, number /= 10)
		account[i] = (char)('0' + number % 10);
	account[12] = '\0';
	return number == 0;
}

bool identity_account_of(struct op *op, char account[static 13])
{
	bool pool = op_has(op, "IdentityPoolId");
	struct str id = op_str(op, pool ? "IdentityPoolId" : "IdentityId");

	if (id_account(id, account) && aws_account_here(op->aws, str_of(account)))
		return true;
	op_fail(op, &ResourceNotFoundException, "%s '%.*s' not found.",
		pool ? "IdentityPool" : "Identity", STR_ARG(id));
	return false;
}
