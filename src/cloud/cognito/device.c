/*
 * Devices; see device.h.
 *
 * From: Developer Guide, "Working with user devices in your user pool".
 */
#include "cloud/cognito/device.h"

#include "aws/peer.h"
#include "base/base64.h"
#include "base/hash.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/operations.h"

struct device {
	struct str key, name; /* no name: absent */
	struct str salt, verifier;
	bool remembered;
	int64_t created_at, changed_at, authenticated_at;
	struct str address; /* where it was last seen; absent: nowhere */
};

#define COLUMNS                                                                                    \
	"rowid, key, name, salt, verifier, remembered, created_at, changed_at, authenticated_at,"  \
	" address"

/* A row of COLUMNS. */
static struct device read_device(struct op *op, struct stmt *q)
{
	return (struct device){
		.key = stmt_dup(q, 1, op->arena),
		.name = stmt_dup(q, 2, op->arena),
		.salt = stmt_dup(q, 3, op->arena),
		.verifier = stmt_dup(q, 4, op->arena),
		.remembered = stmt_int(q, 5),
		.created_at = stmt_int(q, 6),
		.changed_at = stmt_int(q, 7),
		.authenticated_at = stmt_int(q, 8),
		.address = stmt_dup(q, 9, op->arena),
	};
}

static bool find(struct op *op, const struct user *user, struct str key, struct device *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT " COLUMNS " FROM cognito_device"
				  " WHERE pool = ? AND sub = ? AND key = ?",
				  "sss", user->pool, user->sub, key);

	if (!stmt_row(q))
		return false;
	*out = read_device(op, q);
	stmt_done(q);
	return true;
}

static enum outcome no_device(struct op *op)
{
	return op_fail(op, &ResourceNotFoundException, "Device does not exist.");
}

static bool setting(const struct pool *pool, const char *name)
{
	return json_bool_or(json_get(json_get(pool->settings, "DeviceConfiguration"), name), false);
}

bool idp_device_tracked(const struct pool *pool)
{
	return json_is_object(json_get(pool->settings, "DeviceConfiguration"));
}

/* --- signing in ----------------------------------------------------------------------------------- */

struct str idp_device_make(struct op *op)
{
	return arena_strf(op->arena, "%s_%.*s", op->region, STR_ARG(hash_uuid(op->arena)));
}

/* The pool's devices prove themselves in this realm. */
static struct str group_key(struct op *op, const struct pool *pool)
{
	unsigned char mac[SHA256_BYTES];
	struct str text;

	hash_hmac_sha256(pool->secret, STR("device group"), mac);
	text = base64url_print(op->arena, str_make(mac, sizeof(mac)));
	return arena_strf(op->arena, "-%.*s", STR_ARG(str_slice(text, 0, 8)));
}

void idp_device_print_new(struct op *op, const struct pool *pool, struct str key)
{
	struct json_object *o =
		json_set_object(json_get(op->out, "AuthenticationResult"), "NewDeviceMetadata");

	json_set_str(o, "DeviceKey", key);
	json_set_str(o, "DeviceGroupKey", group_key(op, pool));
}

enum device_verdict idp_device_look(struct op *op, const struct attempt *attempt,
				    const struct user *user)
{
	struct str key = json_get_str(attempt->given, "DEVICE_KEY");
	struct device device;

	if (!key.p || !idp_device_tracked(&attempt->pool) || attempt->hosted)
		return DEVICE_NONE;
	if (!find(op, user, key, &device)) {
		no_device(op);
		return DEVICE_FAILED;
	}
	return device.remembered && setting(&attempt->pool, "ChallengeRequiredOnNewDevice")
		       ? DEVICE_TRUSTED
		       : DEVICE_KNOWN;
}

/* A session for a challenge to one device. */
static void begin_session(struct op *op, const struct attempt *attempt, const struct user *user,
			  const char *challenge)
{
	struct json_object *state = json_new_object(op->arena);

	json_set_str(state, "device", json_get_str(attempt->given, "DEVICE_KEY"));
	json_set_str(op->out, "Session",
		     idp_session_begin(op, attempt, user, challenge, json_text(op->arena, state)));
}

enum outcome idp_device_ask(struct op *op, const struct attempt *attempt, const struct user *user)
{
	json_set_cstr(op->out, "ChallengeName", "DEVICE_SRP_AUTH");
	begin_session(op, attempt, user, "DEVICE_SRP_AUTH");
	json_set_object(op->out, "ChallengeParameters");
	return DONE;
}

static struct srp_party party_of(struct op *op, const struct attempt *attempt,
				 const struct device *device)
{
	return (struct srp_party){ .realm = group_key(op, &attempt->pool),
				   .id = device->key,
				   .salt = device->salt,
				   .verifier = device->verifier };
}

/* The user of a challenge's session and its device, which DEVICE_KEY names once more. */
static bool enter(struct op *op, const struct attempt *attempt, const char *challenge,
		  struct user *user, struct device *device)
{
	struct str key = idp_given(op, attempt, "DEVICE_KEY");
	struct json_object *state;

	if (!key.p || !idp_session_take(op, attempt, challenge, user, &state))
		return false;
	if (str_eq(json_get_str(state, "device"), key) && find(op, user, key, device))
		return true;
	no_device(op);
	return false;
}

enum outcome idp_device_answer(struct op *op, struct attempt *attempt)
{
	struct json_object *parameters;
	struct srp_party party;
	struct device device;
	struct user user;

	if (!enter(op, attempt, "DEVICE_SRP_AUTH", &user, &device))
		return FAILED;
	party = party_of(op, attempt, &device);
	if (idp_party_ask(op, attempt, &party, "DEVICE_PASSWORD_VERIFIER") != DONE)
		return FAILED;
	begin_session(op, attempt, &user, "DEVICE_PASSWORD_VERIFIER");
	parameters = json_get(op->out, "ChallengeParameters");
	json_set_str(parameters, "USERNAME", user.name);
	json_set_str(parameters, "DEVICE_KEY", device.key);
	return DONE;
}

bool idp_device_proven(struct op *op, struct attempt *attempt, struct user *user)
{
	struct srp_party party;
	struct device device;
	bool wrong;

	if (!enter(op, attempt, "DEVICE_PASSWORD_VERIFIER", user, &device) ||
	    !idp_password_may_try(op, user))
		return false;
	party = party_of(op, attempt, &device);
	if (!idp_party_right(op, attempt, &party, &wrong)) {
		if (wrong)
			idp_password_wrong(op, user);
		return false;
	}
	attempt->device = device.key;
	db_run(op->db,
	       "UPDATE cognito_device SET authenticated_at = ?, address = ?"
	       " WHERE pool = ? AND sub = ? AND key = ?",
	       "issss", op->now, op_peer(op), user->pool, user->sub, device.key);
	return true;
}

bool idp_device_refreshes(struct op *op, const struct grant *grant, struct str key)
{
	const struct user user = { .pool = grant->pool, .sub = grant->sub };
	struct device device;

	if (!grant->device.p || str_eq(grant->device, key) ||
	    !find(op, &user, grant->device, &device))
		return true;
	op_fail(op, &NotAuthorizedException, "Invalid Refresh Token");
	return false;
}

/* --- operations ------------------------------------------------------------------------------------- */

/* A user with an access token, or whom an administrator names. */
static bool enter_self(struct op *op, struct pool *pool, struct user *user)
{
	struct client client;

	return idp_access(op, &client, pool, user);
}

static bool enter_admin(struct op *op, struct pool *pool, struct user *user)
{
	return idp_pool(op, pool) && idp_user(op, pool, user);
}

/* The verifier in bytes, with zeros in front or too few of them; absent when it is none. */
static struct str read_verifier(struct op *op, struct str text)
{
	unsigned char *number = arena_alloc(op->arena, SRP_BYTES);
	struct str bytes;

	if (!base64_parse(op->arena, text, &bytes))
		return STR_NONE;
	while (bytes.n && bytes.p[0] == 0)
		bytes = str_slice(bytes, 1, bytes.n);
	if (!bytes.n || bytes.n > SRP_BYTES)
		return STR_NONE;
	memset(number, 0, SRP_BYTES);
	memcpy(number + SRP_BYTES - bytes.n, bytes.p, bytes.n);
	return str_make(number, SRP_BYTES);
}

enum outcome idp_op_confirm_device(struct op *op)
{
	struct json_object *config = op_get(op, "DeviceSecretVerifierConfig"), *claims;
	struct str key = op_str(op, "DeviceKey"), salt, verifier;
	struct device device;
	struct client client;
	struct pool pool;
	struct user user;
	bool prompt;

	if (!idp_access_any(op, &client, &pool, &user, &claims))
		return FAILED;
	if (!str_eq(json_get_str(claims, "device_key"), key))
		return no_device(op);
	if (find(op, &user, key, &device))
		return op_fail(op, &DeviceKeyExistsException, "Device already exists.");
	verifier = read_verifier(op, json_get_str(config, "PasswordVerifier"));
	if (!verifier.p || !base64_parse(op->arena, json_get_str(config, "Salt"), &salt) || !salt.n)
		return op_fail(op, &InvalidParameterException,
			       "Invalid device secret verifier config.");
	prompt = setting(&pool, "DeviceOnlyRememberedOnUserPrompt");
	db_run(op->db,
	       "INSERT INTO cognito_device (pool, sub, key, name, salt, verifier, remembered, created_at,"
	       " changed_at, authenticated_at, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "ssssbbiiiis", user.pool, user.sub, key, op_str(op, "DeviceName"), salt, verifier,
	       (int64_t)!prompt, op->now, op->now, op->now, op_peer(op));
	json_set_bool(op->out, "UserConfirmationNecessary", prompt);
	return DONE;
}

static void add_attribute(struct json_object *list, const char *name, struct str value)
{
	struct json_object *o;

	if (!value.p)
		return;
	o = json_add_object(list);
	json_set_cstr(o, "Name", name);
	json_set_str(o, "Value", value);
}

static void print(struct op *op, const struct user *user, const struct device *device,
		  struct json_object *o)
{
	struct json_object *list;
	struct str owner =
		arena_strf(op->arena, "%.*s.%.*s", STR_ARG(user->name), STR_ARG(user->pool));

	json_set_str(o, "DeviceKey", device->key);
	list = json_set_array(o, "DeviceAttributes");
	add_attribute(list, "device_status", STR("valid"));
	add_attribute(list, "device_name", device->name);
	add_attribute(list, "dev:device_arn",
		      op_arn(op, "cognito-idp", "owner/%.*s/device/%.*s", STR_ARG(owner),
			     STR_ARG(device->key)));
	add_attribute(list, "dev:device_owner", owner);
	add_attribute(list, "last_ip_used", device->address);
	add_attribute(list, "dev:device_remembered_status",
		      device->remembered ? STR("remembered") : STR("not_remembered"));
	json_set_time(o, "DeviceCreateDate", device->created_at);
	json_set_time(o, "DeviceLastModifiedDate", device->changed_at);
	json_set_time(o, "DeviceLastAuthenticatedDate", device->authenticated_at);
}

static enum outcome get_device(struct op *op, const struct user *user)
{
	struct device device;

	if (!find(op, user, op_str(op, "DeviceKey"), &device))
		return no_device(op);
	print(op, user, &device, json_set_object(op->out, "Device"));
	return DONE;
}

static enum outcome list_devices(struct op *op, const struct user *user)
{
	struct json_object *devices = json_set_array(op->out, "Devices");
	int64_t limit = op_int_or(op, "Limit", 60), most = limit ? limit : 60, after, last = 0;
	struct stmt *q;

	if (!idp_page_read(op, "PaginationToken", &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT " COLUMNS
		     " FROM cognito_device WHERE pool = ? AND sub = ? AND rowid > ?"
		     " ORDER BY rowid LIMIT ?",
		     "ssii", user->pool, user->sub, after, most + 1);
	while (stmt_row(q)) {
		struct device device;

		if ((int64_t)json_count(devices) == most) {
			json_set_str(op->out, "PaginationToken", idp_page_print(op, last));
			break;
		}
		last = stmt_int(q, 0);
		device = read_device(op, q);
		print(op, user, &device, json_add_object(devices));
	}
	stmt_done(q);
	return DONE;
}

static enum outcome forget_device(struct op *op, const struct user *user)
{
	struct device device;

	if (!find(op, user, op_str(op, "DeviceKey"), &device))
		return no_device(op);
	db_run(op->db, "DELETE FROM cognito_device WHERE pool = ? AND sub = ? AND key = ?", "sss",
	       user->pool, user->sub, device.key);
	return DONE;
}

static enum outcome update_device_status(struct op *op, const struct user *user)
{
	struct str status = op_str(op, "DeviceRememberedStatus");
	struct device device;

	if (!find(op, user, op_str(op, "DeviceKey"), &device))
		return no_device(op);
	if (status.p)
		db_run(op->db,
		       "UPDATE cognito_device SET remembered = ?, changed_at = ?"
		       " WHERE pool = ? AND sub = ? AND key = ?",
		       "iisss", (int64_t)str_is(status, "remembered"), op->now, user->pool,
		       user->sub, device.key);
	return DONE;
}

/* The operations, for users and for administrators. */
#define BOTH(work)                                                                                 \
	enum outcome idp_op_##work(struct op *op)                                                  \
	{                                                                                          \
		struct pool pool;                                                                  \
		struct user user;                                                                  \
                                                                                                   \
		return enter_self(op, &pool, &user) ? work(op, &user) : FAILED;                    \
	}                                                                                          \
	enum outcome idp_op_admin_##work(struct op *op)                                            \
	{                                                                                          \
		struct pool pool;                                                                  \
		struct user user;                                                                  \
                                                                                                   \
		return enter_admin(op, &pool, &user) ? work(op, &user) : FAILED;                   \
	}

BOTH(get_device)
BOTH(list_devices)
BOTH(forget_device)
BOTH(update_device_status)
