/*
 * Subscriptions: who hears of a topic. From: SNS API Reference, Subscribe, ConfirmSubscription, Unsubscribe,
 * SetSubscriptionAttributes.
 */
#include "aws/outside.h"
#include "base/hash.h"
#include "cloud/sns/inside.h"

enum {
	FILTERS_MAX = 200, /* of a topic */
	FIFO_SUBSCRIPTIONS_MAX = 100,
	PENDING_MAX = 5000, /* of an account */
	UUID_BYTES = 36,
	TOKEN_BYTES = 144,
};

/* --- rows ------------------------------------------------------------------------------------------ */

void subscription_read(struct op *op, struct stmt *q, struct subscription *out)
{
	struct arena *a = op->arena;

	*out = (struct subscription){
		.id = stmt_dup(q, 0, a),
		.topic = stmt_dup(q, 1, a),
		.protocol = stmt_dup(q, 2, a),
		.endpoint = stmt_dup(q, 3, a),
		.attributes = json_parse(a, stmt_str(q, 4), NULL),
		.principal = stmt_dup(q, 5, a),
		.base = stmt_dup(q, 6, a),
		.token = stmt_str(q, 7).p ? stmt_dup(q, 7, a) : STR_NONE,
		.state = (enum subscription_state)stmt_int(q, 8),
		.authenticated = stmt_int(q, 9),
	};
	out->arn = arena_strf(a, "%.*s:%.*s", STR_ARG(topic_arn(op, out->topic)), STR_ARG(out->id));
}

bool subscription_find(struct op *op, struct str id, struct subscription *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT " SUBSCRIPTION_COLUMNS " FROM sns_subscription"
				  " WHERE id = ? AND (state = 0 OR expires_at > ?)",
				  "si", id, op->now);

	if (!stmt_row(q))
		return false;
	subscription_read(op, q, out);
	stmt_done(q);
	return true;
}

bool subscription_is_true(const struct subscription *s, const char *attribute)
{
	return str_eq_nocase(json_get_str(s->attributes, attribute), STR("true"));
}

int64_t subscription_latest(struct op *op)
{
	return db_int(op->db, 0, "SELECT max(latest) FROM sns_subscription", "");
}

static void save_attributes(struct op *op, const struct subscription *s)
{
	db_run(op->db, "UPDATE sns_subscription SET attributes = ? WHERE id = ?", "ss",
	       json_text(op->arena, s->attributes), s->id);
}

/* --- ARNs ---------------------------------------------------------------------------------------------- */

static bool is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!strchr("0123456789abcdef-", id.p[i]))
			return false;
	return id.n == UUID_BYTES;
}

/* The id in the ARN of the operation; false with the error set. */
static bool id_of(struct op *op, struct str *id)
{
	struct str arn = op_str(op, "SubscriptionArn"), rest = arn, region, account;
	int elements = 1;

	for (size_t i = 0; i < arn.n; i++)
		elements += arn.p[i] == ':';
	if (!arn.n)
		sns_invalid(op, "SubscriptionArn Reason: no value for required parameter");
	else if (elements < 6)
		sns_invalid(op,
			    "SubscriptionArn Reason: An ARN must have at least 6 elements, not %d",
			    elements);
	if (!arn.n || elements < 6)
		return false;
	for (int i = 0; i < 3; i++)
		str_cut(&rest, ':');
	region = str_cut(&rest, ':');
	account = str_cut(&rest, ':');
	str_cut(&rest, ':');
	*id = rest;
	if (elements != 7 || !is_id(rest))
		sns_invalid(op, "SubscriptionId");
	else if (!str_starts(arn, STR("arn:aws:sns:")) || !str_is(region, op->region))
		sns_invalid(op, "SubscriptionArn");
	else if (!str_is(account, op->account->id))
		op_fail(op, &SnsAuthorizationError,
			"User: %.*s is not authorized to perform: SNS:%s on resource: %.*s",
			STR_ARG(op->caller.arn), op->operation->name, STR_ARG(arn));
	else
		return true;
	return false;
}

bool subscription_named(struct op *op, struct subscription *out)
{
	struct str id;

	if (!id_of(op, &id))
		return false;
	if (subscription_find(op, id, out) && out->state != ENDED &&
	    str_eq(out->arn, op_str(op, "SubscriptionArn")))
		return true;
	op_fail(op, &SnsNotFound, "Subscription does not exist");
	return false;
}

/* --- what may be subscribed ---------------------------------------------------------------------------------- */

static bool is_arn_of(struct str endpoint, const char *service)
{
	struct str rest = endpoint;

	if (!str_is(str_cut(&rest, ':'), "arn") || !str_starts(str_cut(&rest, ':'), STR("aws")))
		return false;
	return str_is(str_cut(&rest, ':'), service) && rest.n > 14 && str_find(rest, ':') > 0;
}

static bool refuse(struct op *op, const char *sentence)
{
	sns_invalid(op, "%s", sentence);
	return false;
}

static bool check_sqs(struct op *op, const struct topic *t, struct str endpoint)
{
	if (!is_arn_of(endpoint, "sqs"))
		return refuse(op, "SQS endpoint ARN");
	if (!t->fifo && str_ends(endpoint, STR(".fifo")))
		return refuse(op, "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be "
				  "subscribed to standard SNS topics");
	return true;
}

static bool check_lambda(struct op *op, const struct topic *t, struct str endpoint)
{
	(void)t;
	return is_arn_of(endpoint, "lambda") || refuse(op, "Lambda endpoint ARN");
}

static bool check_email(struct op *op, const struct topic *t, struct str endpoint)
{
	ptrdiff_t at = str_find(endpoint, '@');
	bool good = at > 0 && (size_t)at + 1 < endpoint.n && endpoint.n <= 320;

	(void)t;
	for (size_t i = 0; i < endpoint.n; i++)
		good = good && (unsigned char)endpoint.p[i] > 0x20;
	return good || refuse(op, "Email address");
}

static bool check_url(struct op *op, struct str endpoint, struct str scheme)
{
	bool good = str_starts(endpoint, scheme) && endpoint.n > scheme.n && endpoint.n <= 2048;

	for (size_t i = 0; i < endpoint.n; i++)
		good = good && (unsigned char)endpoint.p[i] > 0x20 && endpoint.p[i] != 0x7f;
	return good || refuse(op, "Endpoint must match the specified protocol");
}

static bool check_http(struct op *op, const struct topic *t, struct str endpoint)
{
	(void)t;
	return check_url(op, endpoint, STR("http://"));
}

static bool check_https(struct op *op, const struct topic *t, struct str endpoint)
{
	(void)t;
	return check_url(op, endpoint, STR("https://"));
}

static const struct protocol_kind {
	const char *name;
	bool (*good)(struct op *op, const struct topic *t, struct str endpoint);
	bool confirms; /* the endpoint has to say yes */
} kinds[] = {
	{ "email", check_email, true },    { "email-json", check_email, true },
	{ "http", check_http, true },      { "https", check_https, true },
	{ "lambda", check_lambda, false }, { "sqs", check_sqs, false },
};

/* NULL with the error set. */
static const struct protocol_kind *kind_of(struct op *op, const struct topic *t)
{
	struct str protocol = op_str(op, "Protocol"), endpoint = op_str(op, "Endpoint");
	const struct protocol_kind *kind = NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_is(protocol, kinds[i].name))
			kind = &kinds[i];
	if (str_is(protocol, "sms") || str_is(protocol, "application") ||
	    str_is(protocol, "firehose"))
		sns_invalid(op, "Protocol Reason: %.*s is not available in this cloud",
			    STR_ARG(protocol));
	else if (!kind)
		sns_invalid(op, "Amazon SNS does not support this protocol string: %.*s",
			    STR_ARG(protocol));
	else if (!endpoint.n)
		sns_invalid(op, "Endpoint Reason: no value for required parameter");
	else if (t->fifo && strcmp(kind->name, "sqs") != 0)
		sns_invalid(op, "Invalid parameter: Endpoint Reason: FIFO topics deliver to SQS "
				"queues only");
	else if (kind->good(op, t, endpoint))
		return kind;
	return NULL;
}

/* --- attributes -------------------------------------------------------------------------------------------------- */

static bool check_redrive(struct op *op, const char *prefix, const struct topic *t,
			  const struct subscription *s, struct str value)
{
	const char *why = NULL;
	struct json_object *o = json_parse(op->arena, value, &why);
	struct str arn = json_get_str(o, "deadLetterTargetArn");

	if (!value.n)
		return true;
	if (!json_is_object(o))
		sns_invalid(op, "%sRedrivePolicy: failed to parse JSON. %s", prefix,
			    why ? why : "It is not an object");
	else if (!is_arn_of(arn, "sqs"))
		sns_invalid(op, "%sRedrivePolicy: deadLetterTargetArn is an invalid arn", prefix);
	else if (t->fifo && str_ends(s->endpoint, STR(".fifo")) && !str_ends(arn, STR(".fifo")))
		sns_invalid(op,
			    "%sRedrivePolicy: must use a FIFO queue as DLQ for a FIFO "
			    "Subscription to a FIFO Topic.",
			    prefix);
	else
		return true;
	return false;
}

static bool check_filters(struct op *op, const char *prefix, const struct topic *t, struct str text,
			  bool body)
{
	const char *why = NULL;

	if (!text.n)
		return true;
	if (!filter_good(op, text, body, &why)) {
		/* What is said of a scope that does not fit comes bare. */
		if (str_starts(str_of(why), STR("Filter policy scope")))
			sns_invalid(op, "%s", why);
		else
			sns_invalid(op, "%sFilterPolicy: %s", prefix, why);
		return false;
	}
	if (db_int(op->db, 0,
		   "SELECT count(*) FROM sns_subscription WHERE topic = ? AND state = 0"
		   " AND attributes LIKE '%\"FilterPolicy\":%'",
		   "s", t->name) < FILTERS_MAX)
		return true;
	op_fail(op, &SnsFilterLimit, "Filter policy limit exceeded");
	return false;
}

/* What an attribute's value must be; true as it is, with *value what is kept. */
static bool attribute_good(struct op *op, const char *prefix, const struct topic *t,
			   const struct subscription *s, const char *name)
{
	struct str value = json_get_str(s->attributes, name), scope;
	struct json_object *delivery;
	const char *why = NULL;

	scope = json_get_str(s->attributes, "FilterPolicyScope");
	if (!strcmp(name, "RawMessageDelivery")) {
		if (str_eq_nocase(value, STR("true")) || str_eq_nocase(value, STR("false")))
			return true;
		sns_invalid(op, "%s%s: Invalid value [%.*s]. Must be true or false.", prefix, name,
			    STR_ARG(value));
	} else if (!strcmp(name, "FilterPolicyScope")) {
		if (str_is(value, "MessageBody") || str_is(value, "MessageAttributes"))
			return check_filters(op, prefix, t,
					     json_get_str(s->attributes, "FilterPolicy"),
					     str_is(value, "MessageBody"));
		sns_invalid(op,
			    "%s%s: Invalid value [%.*s]. Please use either MessageBody or "
			    "MessageAttributes",
			    prefix, name, STR_ARG(value));
	} else if (!strcmp(name, "FilterPolicy")) {
		return check_filters(op, prefix, t, value, str_is(scope, "MessageBody"));
	} else if (!strcmp(name, "RedrivePolicy")) {
		return check_redrive(op, prefix, t, s, value);
	} else if (!strcmp(name, "DeliveryPolicy")) {
		delivery = value.n ? delivery_read(op, value, &why) : NULL;
		if (delivery)
			json_set_str(s->attributes, name, json_text(op->arena, delivery));
		if (delivery || !value.n)
			return true;
		sns_invalid(op, "%sDeliveryPolicy: %s", prefix, why);
	} else if (*prefix) {
		sns_invalid(op, "%sUnknown attribute %s", prefix, name);
	} else {
		sns_invalid(op, "AttributeName");
	}
	return false;
}

static void drop_empty(struct json_object *attributes)
{
	static const char *const names[] = { "FilterPolicy", "RedrivePolicy", "DeliveryPolicy" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_get(attributes, names[i]) && !json_get_str(attributes, names[i]).n)
			json_object_object_del(attributes, names[i]);
}

static bool attributes_good(struct op *op, const struct topic *t, const struct subscription *s)
{
	struct json_object *names = json_new_array(op->arena);

	JSON_EACH(s->attributes, key, value)
	{
		(void)value;
		json_add_str(names, str_of(key));
	}
	for (size_t i = 0; i < json_count(names); i++)
		if (!attribute_good(op, "Attributes Reason: ", t, s,
				    arena_cstr(op->arena, json_str(json_at(names, i)))))
			return false;
	drop_empty(s->attributes);
	return true;
}

/* --- subscribing ---------------------------------------------------------------------------------------------------- */

static struct str make_token(struct op *op)
{
	unsigned char bytes[TOKEN_BYTES];
	char *hex = arena_alloc(op->arena, 2 * sizeof(bytes) + 1);

	hash_random(bytes, sizeof(bytes));
	hash_hex(bytes, sizeof(bytes), hex);
	return str_of(hex);
}

static bool has_room(struct op *op, const struct topic *t, bool confirms)
{
	bool full;

	full = t->fifo && db_int(op->db, 0,
				 "SELECT count(*) FROM sns_subscription WHERE topic = ?"
				 " AND state < 2",
				 "s", t->name) >= FIFO_SUBSCRIPTIONS_MAX;
	full |= confirms &&
		db_int(op->db, 0, "SELECT count(*) FROM sns_subscription WHERE state = 1", "") >=
			PENDING_MAX;
	if (full)
		op_fail(op, &SnsSubscriptionLimit, "Subscription limit exceeded");
	return !full;
}

static void add(struct op *op, const struct subscription *s)
{
	struct json_object *arg = json_new_object(op->arena);
	int64_t latest = subscription_latest(op) + 1, expires = op->now + SNS_PENDING_MS;

	db_run(op->db,
	       "INSERT INTO sns_subscription (id, topic, protocol, endpoint, attributes, principal,"
	       " base, token, state, authenticated, expires_at, latest)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "ssssssssiiii", s->id, s->topic, s->protocol, s->endpoint,
	       json_text(op->arena, s->attributes), s->principal, s->base, s->token,
	       (int64_t)s->state, (int64_t)s->authenticated, expires, latest);
	if (s->state == SUBSCRIBED)
		return;
	json_set_str(arg, "Id", s->id);
	job_add(op, &sns_jobs[SNS_FORGET], expires, arena_cstr(op->arena, s->id), arg);
}

/* The same endpoint again: the same subscription, unless other attributes are asked for. */
static bool find_same(struct op *op, const struct topic *t, struct subscription *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT " SUBSCRIPTION_COLUMNS " FROM sns_subscription"
			 " WHERE topic = ? AND protocol = ? AND endpoint = ?"
			 " AND (state = 0 OR (state = 1 AND expires_at > ?))",
			 "sssi", t->name, op_str(op, "Protocol"), op_str(op, "Endpoint"), op->now);

	if (!stmt_row(q))
		return false;
	subscription_read(op, q, out);
	stmt_done(q);
	return true;
}

static bool differs(struct op *op, const struct subscription *s, const struct subscription *asked)
{
	(void)op;
	JSON_EACH(asked->attributes, key, value)
	{
		struct str kept = json_get_str(s->attributes, key);

		if (!kept.p && !strcmp(key, "RawMessageDelivery"))
			kept = STR("false");
		if (!str_eq(kept, json_str(value)))
			return true;
	}
	return false;
}

/* Links lead to the cloud as the caller knows it, or, from inside of a sandbox or the cloud, as everybody does. */
static struct str base_of(struct op *op)
{
	bool inside = !op->endpoint.n || str_is(op->endpoint, "http://127.0.0.1:4566");

	return inside && outside_url() ? str_of(outside_url()) : op->endpoint;
}

static enum outcome answer(struct op *op, const struct subscription *s)
{
	bool told = s->state == SUBSCRIBED || op_bool_or(op, "ReturnSubscriptionArn", false);

	json_set_str(op->out, "SubscriptionArn", told ? s->arn : STR("pending confirmation"));
	return DONE;
}

enum outcome sns_op_subscribe(struct op *op)
{
	struct json_object *given = op_get(op, "Attributes");
	const struct protocol_kind *kind;
	struct subscription s = { .id = hash_uuid(op->arena) }, old;
	struct topic t;

	if (!topic_named(op, "TopicArn", &t))
		return FAILED;
	kind = kind_of(op, &t);
	if (!kind)
		return FAILED;
	s.topic = t.name;
	s.protocol = op_str(op, "Protocol");
	s.endpoint = op_str(op, "Endpoint");
	s.attributes = given ? given : json_new_object(op->arena);
	s.principal = op->caller.internal
			      ? arena_strf(op->arena, "arn:aws:iam::%s:root", op->account->id)
			      : op->caller.arn;
	s.base = base_of(op);
	s.arn = arena_strf(op->arena, "%.*s:%.*s", STR_ARG(t.arn), STR_ARG(s.id));
	s.state = kind->confirms ? PENDING : SUBSCRIBED;
	s.authenticated = !kind->confirms;
	if (!attributes_good(op, &t, &s))
		return FAILED;
	if (find_same(op, &t, &old)) {
		if (differs(op, &old, &s))
			return sns_invalid(op, "Attributes Reason: Subscription already exists "
					       "with different attributes");
		if (old.state == PENDING)
			deliver_token(op, &t, &old, "SubscriptionConfirmation");
		return answer(op, &old);
	}
	if (!has_room(op, &t, kind->confirms))
		return FAILED;
	s.token = kind->confirms ? make_token(op) : STR_NONE;
	add(op, &s);
	if (kind->confirms)
		deliver_token(op, &t, &s, "SubscriptionConfirmation");
	return answer(op, &s);
}

/* --- changing states --------------------------------------------------------------------------------------------------- */

void subscription_confirm(struct op *op, const struct subscription *s, bool authenticated)
{
	if (s->state == SUBSCRIBED)
		return;
	db_run(op->db,
	       "UPDATE sns_subscription SET state = 0, authenticated = ?, latest = ? WHERE id = ?",
	       "iis", (int64_t)authenticated, subscription_latest(op) + 1, s->id);
}

void subscription_end(struct op *op, const struct subscription *s)
{
	struct subscription gone = *s;
	struct json_object *arg = json_new_object(op->arena);
	bool may_come_back = s->state == SUBSCRIBED && !str_is(s->protocol, "lambda") &&
			     !str_is(s->protocol, "sqs");
	int64_t expires = op->now + SNS_PENDING_MS;
	struct topic t;

	db_run(op->db, "UPDATE sns_topic SET ended = ended + 1 WHERE name = ?", "s", s->topic);
	if (!may_come_back || !topic_find(op, s->topic, &t)) {
		db_run(op->db, "DELETE FROM sns_subscription WHERE id = ?", "s", s->id);
		return;
	}
	gone.token = make_token(op);
	db_run(op->db,
	       "UPDATE sns_subscription SET state = 2, token = ?, expires_at = ? WHERE id = ?",
	       "sis", gone.token, expires, s->id);
	json_set_str(arg, "Id", s->id);
	job_add(op, &sns_jobs[SNS_FORGET], expires, arena_cstr(op->arena, s->id), arg);
	deliver_token(op, &t, &gone, "UnsubscribeConfirmation");
}

/* A job: what nobody has confirmed in time is gone. */
enum outcome sns_job_forget(struct op *op)
{
	db_run(op->db,
	       "DELETE FROM sns_subscription WHERE id = ? AND state > 0 AND expires_at <= ?", "si",
	       op_str(op, "Id"), op->now);
	return DONE;
}

static bool is_token(struct str token)
{
	for (size_t i = 0; i < token.n; i++)
		if (!strchr("0123456789abcdef", token.p[i]))
			return false;
	return token.n >= 128;
}

static bool find_by_token(struct op *op, struct str token, struct subscription *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT " SUBSCRIPTION_COLUMNS " FROM sns_subscription"
				  " WHERE token = ? AND (state = 0 OR expires_at > ?)",
				  "si", token, op->now);

	if (!stmt_row(q))
		return false;
	subscription_read(op, q, out);
	stmt_done(q);
	return true;
}

enum outcome sns_op_confirm_subscription(struct op *op)
{
	struct str token = op_str(op, "Token"), name;
	bool locks = str_eq_nocase(op_str(op, "AuthenticateOnUnsubscribe"), STR("true"));
	struct subscription s;

	if (!is_token(token))
		return op_fail(op, &SnsInvalidParameter, "Invalid token");
	if (!topic_name_of(op, "TopicArn", &name))
		return sns_invalid(op, "Topic");
	if (!find_by_token(op, token, &s))
		return sns_invalid(op, "Token");
	if (!str_eq(s.topic, name))
		return sns_invalid(op, "Topic");
	subscription_confirm(op, &s, locks && !op->caller.anyone);
	json_set_str(op->out, "SubscriptionArn", s.arn);
	return DONE;
}

enum outcome sns_op_unsubscribe(struct op *op)
{
	struct subscription s;
	struct str id;

	if (!id_of(op, &id))
		return FAILED;
	if (!subscription_find(op, id, &s) || s.state == ENDED)
		return DONE;
	if (op->caller.anyone && s.authenticated)
		return op_fail(op, &SnsAuthorizationError,
			       "Only the owner of the topic or of the subscription may "
			       "unsubscribe it");
	subscription_end(op, &s);
	return DONE;
}

/* --- telling ----------------------------------------------------------------------------------------------------------- */

static void list_one(struct op *op, struct json_object *list, const struct subscription *s)
{
	struct json_object *o = json_add_object(list);

	json_set_str(o, "SubscriptionArn",
		     s->state == PENDING ? STR("PendingConfirmation") : s->arn);
	json_set_cstr(o, "Owner", op->account->id);
	json_set_str(o, "Protocol", s->protocol);
	json_set_str(o, "Endpoint", s->endpoint);
	json_set_str(o, "TopicArn", topic_arn(op, s->topic));
}

static enum outcome list(struct op *op, struct stmt *q)
{
	struct json_object *all = json_set_array(op->out, "Subscriptions");
	struct subscription s = { .id = STR("") };
	struct str last;

	for (int64_t n = 0; stmt_row(q); n++) {
		last = s.id;
		if (n == SNS_PAGE) {
			sns_page_end(op, last);
			stmt_done(q);
			break;
		}
		subscription_read(op, q, &s);
		list_one(op, all, &s);
	}
	return DONE;
}

enum outcome sns_op_list_subscriptions(struct op *op)
{
	struct str after;

	if (!sns_page_begin(op, &after))
		return FAILED;
	return list(op, db_query(op->db,
				 "SELECT " SUBSCRIPTION_COLUMNS " FROM sns_subscription"
				 " WHERE id > ? AND (state = 0 OR (state = 1 AND expires_at > ?))"
				 " ORDER BY id LIMIT ?",
				 "sii", after, op->now, (int64_t)SNS_PAGE + 1));
}

enum outcome sns_op_list_subscriptions_by_topic(struct op *op)
{
	struct str after;
	struct topic t;

	if (!topic_named(op, "TopicArn", &t) || !sns_page_begin(op, &after))
		return FAILED;
	return list(op, db_query(op->db,
				 "SELECT " SUBSCRIPTION_COLUMNS " FROM sns_subscription"
				 " WHERE topic = ? AND id > ?"
				 " AND (state = 0 OR (state = 1 AND expires_at > ?))"
				 " ORDER BY id LIMIT ?",
				 "ssii", t.name, after, op->now, (int64_t)SNS_PAGE + 1));
}

enum outcome sns_op_get_subscription_attributes(struct op *op)
{
	struct json_object *o = json_set_object(op->out, "Attributes");
	struct subscription s;
	struct topic t;

	if (!subscription_named(op, &s) || !topic_find(op, s.topic, &t))
		return FAILED;
	json_set_str(o, "SubscriptionArn", s.arn);
	json_set_str(o, "TopicArn", t.arn);
	json_set_cstr(o, "Owner", op->account->id);
	json_set_str(o, "Protocol", s.protocol);
	json_set_str(o, "Endpoint", s.endpoint);
	json_set_cstr(o, "PendingConfirmation", s.state == PENDING ? "true" : "false");
	json_set_cstr(o, "ConfirmationWasAuthenticated", s.authenticated ? "true" : "false");
	json_set_str(o, "SubscriptionPrincipal", s.principal);
	json_set_cstr(o, "RawMessageDelivery", "false");
	JSON_EACH(s.attributes, key, value)
	{
		json_set(o, key, json_object_get(value));
	}
	/* A scope is told once there is a policy for it. */
	if (!json_get(s.attributes, "FilterPolicy"))
		json_object_object_del(o, "FilterPolicyScope");
	else if (!json_get(o, "FilterPolicyScope"))
		json_set_cstr(o, "FilterPolicyScope", "MessageAttributes");
	if (str_starts(s.protocol, STR("http")))
		json_set_str(o, "EffectiveDeliveryPolicy",
			     json_text(op->arena,
				       delivery_of(op, &t,
						   json_get_str(s.attributes, "DeliveryPolicy"))));
	return DONE;
}

enum outcome sns_op_set_subscription_attributes(struct op *op)
{
	struct str value = op_str(op, "AttributeValue");
	char *name = arena_cstr(op->arena, op_str(op, "AttributeName"));
	struct subscription s;
	struct topic t;

	if (!subscription_named(op, &s) || !topic_find(op, s.topic, &t))
		return FAILED;
	json_set_str(s.attributes, name, value.p ? value : STR(""));
	if (!attribute_good(op, "", &t, &s, name))
		return FAILED;
	drop_empty(s.attributes);
	save_attributes(op, &s);
	return DONE;
}
