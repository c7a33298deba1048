/*
 * Delivery to HTTP servers: a request that a job makes and comes back for, as often as the delivery policy has it.
 * From: SNS Developer Guide, "Fanout Amazon SNS notifications to HTTPS endpoints", "Amazon SNS message delivery retries".
 */
#include "aws/outside.h"
#include "base/hash.h"
#include "base/log.h"
#include "cloud/sns/inside.h"

enum { TIMEOUT_MS = 15000, LOOK_MS = 50, LOOK_MAX_MS = 1000, BUSY_MS = 1000, RESPONSE_MAX = 1024 };

static void promise(struct op *op, int64_t due, struct json_object *arg)
{
	job_add(op, &sns_jobs[SNS_HTTP], due, NULL, arg);
}

void deliver_http(struct op *op, const struct topic *t, const struct subscription *s,
		  const struct message *m)
{
	struct json_object *arg = json_new_object(op->arena);

	(void)t;
	json_set_str(arg, "Subscription", s->id);
	json_set(arg, "Message", json_object_get(message_print(op, m)));
	promise(op, op->now, arg);
}

/* --- the request ------------------------------------------------------------------------------------- */

/* Headers and body of one delivery. */
struct request {
	const char *headers[8];
	struct str body;
};

static void fill_request(struct op *op, const struct topic *t, const struct subscription *s,
			 const struct message *m, struct request *r)
{
	bool notifies = str_is(m->type, "Notification");
	bool raw = notifies && subscription_is_true(s, "RawMessageDelivery");
	struct json_object *policy =
		delivery_of(op, t, json_get_str(s->attributes, "DeliveryPolicy"));
	struct str type = json_get_str(json_get(policy, "requestPolicy"), "headerContentType");
	struct arena *a = op->arena;
	size_t n = 0;

	/* Requests to confirm are plain text, whatever the policy says of messages. */
	if (!notifies || !type.n)
		type = STR("text/plain; charset=UTF-8");
	r->headers[n++] = arena_printf(a, "x-amz-sns-message-type: %.*s", STR_ARG(m->type));
	r->headers[n++] = arena_printf(a, "x-amz-sns-message-id: %.*s", STR_ARG(m->id));
	r->headers[n++] = arena_printf(a, "x-amz-sns-topic-arn: %.*s", STR_ARG(t->arn));
	if (notifies)
		r->headers[n++] =
			arena_printf(a, "x-amz-sns-subscription-arn: %.*s", STR_ARG(s->arn));
	if (raw)
		r->headers[n++] = "x-amz-sns-rawdelivery: true";
	r->headers[n++] = arena_printf(a, "Content-Type: %.*s", STR_ARG(type));
	r->headers[n++] = "User-Agent: Amazon Simple Notification Service Agent";
	r->headers[n] = NULL;
	r->body = raw ? message_text(op, m, s->protocol) : message_document(op, t, s, m);
}

static void ask(struct op *op, const struct topic *t, const struct subscription *s,
		const struct message *m)
{
	struct str key = hash_uuid(op->arena);
	struct request request;
	struct outside_request r;

	fill_request(op, t, s, m, &request);
	r = (struct outside_request){ .id = key,
				      .account = op->account->id,
				      .method = "POST",
				      .url = arena_cstr(op->arena, s->endpoint),
				      .headers = request.headers,
				      .body = request.body,
				      .timeout_ms = TIMEOUT_MS };
	if (!outside_ask(&r)) {
		promise(op, op->now + BUSY_MS, op->in);
		return;
	}
	json_set_str(op->in, "Key", key);
	json_set_int(op->in, "Look", LOOK_MS);
	promise(op, op->now + LOOK_MS, op->in);
}

/* --- the answer -------------------------------------------------------------------------------------------- */

/* May it go better another time? Else it was refused for good. */
static bool may_retry(const struct outside_answer *got)
{
	return !got->status || got->status == 429 || got->status >= 500 || got->status < 200;
}

static void judge(struct op *op, const struct topic *t, const struct subscription *s,
		  const struct message *m, const struct outside_answer *got)
{
	bool notifies = str_is(m->type, "Notification");
	int64_t tries = op_int_or(op, "Tries", 0) + 1, wait = -1;
	struct delivery_result result = { got->status >= 200 && got->status < 300, got->status,
					  got->status ? str_slice(got->body, 0, RESPONSE_MAX)
						      : got->why };
	struct retry_policy policy;

	if (result.delivered) {
		if (notifies)
			deliver_end(op, t, s, m, &result);
		return;
	}
	delivery_retries(delivery_of(op, t, json_get_str(s->attributes, "DeliveryPolicy")),
			 &policy);
	if (may_retry(got))
		wait = delivery_wait(&policy, tries);
	if (wait >= 0) {
		json_object_object_del(op->in, "Key");
		json_set_int(op->in, "Tries", tries);
		promise(op, op->now + wait, op->in);
		return;
	}
	log_info("account %s: topic %.*s: %.*s was not delivered to %.*s: %.*s", op->account->id,
		 STR_ARG(t->name), STR_ARG(m->type), STR_ARG(s->endpoint),
		 STR_ARG(got->status ? arena_strf(op->arena, "status %d", got->status) : got->why));
	if (notifies)
		deliver_end(op, t, s, m, &result);
}

/* A job may not wait: it comes again for the answer. After a restart nobody knows of its request, and it asks anew. */
enum outcome sns_job_http(struct op *op)
{
	struct str key = op_str(op, "Key");
	struct outside_answer got;
	struct subscription s;
	struct message m;
	struct topic t;
	int64_t look;

	message_read(op_get(op, "Message"), &m);
	if (!subscription_find(op, op_str(op, "Subscription"), &s) || !topic_find(op, s.topic, &t))
		return DONE;
	if (s.state != SUBSCRIBED && str_is(m.type, "Notification"))
		return DONE;
	if (key.n && outside_take(key, op->arena, &got)) {
		judge(op, &t, &s, &m, &got);
	} else if (key.n && outside_knows(key)) {
		look = 2 * op_int_or(op, "Look", LOOK_MS);
		look = look < LOOK_MAX_MS ? look : LOOK_MAX_MS;
		json_set_int(op->in, "Look", look);
		promise(op, op->now + look, op->in);
	} else {
		ask(op, &t, &s, &m);
	}
	return DONE;
}
