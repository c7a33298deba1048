/*
 * Access keys, and the account numbers they carry.
 *
 * The sixteen characters behind "AKIA" are base32 of ten bytes. Of the first six, read as one number, bits 7 to 46
 * are the account; the top bit is set in the keys AWS makes today, the rest is random. User ids
 * ("AIDA...") are built alike.
 */
#include "aws/key.h"

#include "aws/call.h"
#include "base/hash.h"

#define USER "participant"

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static const char *const upgrades[] = {
	/* Keys of every user, when they were last used, and temporary ones; `token` is a SHA-256. */
	"ALTER TABLE access_key ADD COLUMN user_arn TEXT;"
	"ALTER TABLE access_key ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE access_key ADD COLUMN used_service TEXT;"
	"ALTER TABLE access_key ADD COLUMN used_region TEXT;"
	"CREATE INDEX access_key_user ON access_key (user_id);"
	"CREATE TABLE session (id TEXT PRIMARY KEY, secret TEXT NOT NULL, token BLOB NOT NULL,"
	" kind INTEGER NOT NULL, arn TEXT NOT NULL, user_id TEXT NOT NULL, principal TEXT NOT NULL,"
	" issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, detail TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX session_expires ON session (expires_at);",
	/* What a job waits for beside its time (job.h). */
	"ALTER TABLE job ADD COLUMN topic TEXT;"
	"CREATE INDEX job_topic ON job (topic) WHERE topic IS NOT NULL;",
};

const struct schema core_schema = {
	.name = "core",
	.version = 3,
	.upgrades = upgrades,
	.sql = "CREATE TABLE access_key (id TEXT PRIMARY KEY, secret TEXT NOT NULL, user_name TEXT NOT NULL,"
	       " user_id TEXT NOT NULL, active INTEGER NOT NULL, created_at INTEGER NOT NULL);"
	       "CREATE TABLE trail (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, service TEXT NOT NULL,"
	       " operation TEXT NOT NULL, caller TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL);"
	       "CREATE TABLE job (id INTEGER PRIMARY KEY, service TEXT NOT NULL, kind TEXT NOT NULL, key TEXT,"
	       " due INTEGER NOT NULL, attempts INTEGER NOT NULL, argument TEXT NOT NULL);"
	       "CREATE INDEX job_due ON job (due);"
	       "CREATE UNIQUE INDEX job_key ON job (service, kind, key) WHERE key IS NOT NULL;",
};

static void encode(const unsigned char bytes[static 10], char out[static 16])
{
	for (size_t i = 0; i < 16; i++) {
		size_t bit = i * 5, at = bit / 8, shift = bit % 8;
		unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < 10 ? bytes[at + 1] : 0);

		out[i] = base32[pair >> (11 - shift) & 31];
	}
}

void key_make_id(const char prefix[static 4], struct str account, char out[static 21])
{
	unsigned char bytes[10];
	int64_t number = 0;
	uint64_t head;

	str_to_int(account, &number);
	hash_random(bytes, sizeof(bytes));
	head = 1ULL << 47 | (uint64_t)number << 7 | (bytes[5] & 127);
	for (size_t i = 0; i < 6; i++)
		bytes[i] = (unsigned char)(head >> (40 - 8 * i));
	memcpy(out, prefix, 4);
	encode(bytes, out + 4);
	out[20] = '\0';
}

void key_make(const char prefix[static 4], struct str account, struct aws_key *out)
{
	struct arena *a = arena_new();
	struct str secret = hash_random_text(
		a, 40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

	key_make_id(prefix, account, out->id);
	memcpy(out->secret, secret.p, 40);
	out->secret[40] = '\0';
	explicit_bzero((char *)secret.p, secret.n);
	arena_free(a);
}

bool aws_key_account(struct str access_key, char account[static 13])
{
	uint64_t head = 0, number;

	if (access_key.n != 20 ||
	    (!str_starts(access_key, STR("AKIA")) && !str_starts(access_key, STR("ASIA"))))
		return false;
	for (size_t i = 4; i < 20; i++) {
		const char *at = access_key.p[i] ? strchr(base32, access_key.p[i]) : NULL;

		if (!at)
			return false;
		/* Ten characters hold the first six bytes and two bits more. */
		if (i < 14)
			head = head << 5 | (uint64_t)(at - base32);
	}
	number = (head >> 2 & 0x7fffffffff80ULL) >> 7;
	if (number > 999999999999ULL)
		return false;
	for (int i = 11; i >= 0; i--, number /= 10)
		account[i] = (char)('0' + number % 10);
	account[12] = '\0';
	return true;
}

void aws_key_make(struct account *account, int64_t now, struct aws_key *out)
{
	struct stmt *q =
		db_query(account->db, "SELECT user_id FROM access_key WHERE user_name = ?1 LIMIT 1",
			 "z", USER);
	char user_id[21];

	key_make_id("AIDA", str_of(account->id), user_id);
	if (stmt_row(q)) {
		memcpy(user_id, stmt_str(q, 0).p, 20);
		stmt_done(q);
	}
	key_make("AKIA", str_of(account->id), out);
	db_run(account->db,
	       "INSERT INTO access_key (id, secret, user_name, user_id, active, created_at)"
	       " VALUES (?, ?, ?, ?, 1, ?)",
	       "zzzzi", out->id, out->secret, USER, user_id, now);
}

bool aws_key_first(struct account *account, struct aws_key *out)
{
	struct stmt *q = db_query(account->db,
				  "SELECT id, secret FROM access_key WHERE active = 1"
				  " ORDER BY created_at, id LIMIT 1",
				  "");
	struct str id, secret;

	if (!stmt_row(q))
		return false;
	id = stmt_str(q, 0);
	secret = stmt_str(q, 1);
	*out = (struct aws_key){ { 0 }, { 0 } };
	memcpy(out->id, id.p, id.n < 20 ? id.n : 20);
	memcpy(out->secret, secret.p, secret.n < 40 ? secret.n : 40);
	stmt_done(q);
	return true;
}

bool aws_keys_keep(struct account *from, struct account *to, int64_t now)
{
	struct stmt *q = db_query(from->db,
				  "SELECT id, secret, user_id, active, created_at FROM access_key"
				  " WHERE user_name = ? ORDER BY created_at, id",
				  "z", USER);
	struct aws_key key;

	while (stmt_row(q))
		db_run(to->db,
		       "INSERT INTO access_key (id, secret, user_name, user_id, active, created_at)"
		       " VALUES (?, ?, ?, ?, ?, ?)",
		       "sszsii", stmt_str(q, 0), stmt_str(q, 1), USER, stmt_str(q, 2),
		       stmt_int(q, 3), stmt_int(q, 4));
	if (!aws_key_first(to, &key))
		aws_key_make(to, now, &key);
	explicit_bzero(&key, sizeof(key));
	return !db_failed(from->db) && !db_failed(to->db);
}

bool key_find(struct account *account, struct arena *a, struct str access_key,
	      struct credentials *out)
{
	struct stmt *q = db_query(account->db,
				  "SELECT secret, user_name, user_id, user_arn FROM access_key"
				  " WHERE id = ? AND active = 1",
				  "s", access_key);

	if (!stmt_row(q))
		return false;
	*out = (struct credentials){ .secret = stmt_dup(q, 0, a), .expires_at = INT64_MAX };
	out->caller = (struct caller){
		.kind = CALLER_USER,
		.access_key = access_key,
		.arn = stmt_str(q, 3).p ? stmt_dup(q, 3, a)
					: arena_strf(a, "arn:aws:iam::%s:user/%.*s", account->id,
						     STR_ARG(stmt_str(q, 1))),
		.user_id = stmt_dup(q, 2, a),
	};
	out->caller.principal = out->caller.arn;
	stmt_done(q);
	return true;
}
