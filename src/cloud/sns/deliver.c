/*
 * Delivery: an accepted message goes to every subscription that wants it.
 *
 * A message is a job, promised in the transaction that accepted it. Functions, queues and the mailbox are in the same
 * account: what is delivered there is delivered in the job's own transaction, once. What is refused for now is tried
 * again by a job of its own, and what cannot be delivered goes to the subscription's dead-letter queue.
 * From: SNS Developer Guide, "Amazon SNS message delivery retries", "Amazon SNS dead-letter queues", "Monitoring Amazon SNS
 * topics using CloudWatch".
 */
#include "aws/invoke.h"
#include "aws/mail.h"
#include "base/hash.h"
#include "cloud/sns/inside.h"

#define PRINCIPAL "sns.amazonaws.com"

enum { RAW_ATTRIBUTES_MAX = 10 };

/* How an attempt ended. */
enum attempt { DELIVERED, REFUSED, NOT_NOW };

void deliver_count(struct op *op, const struct topic *t, const char *metric)
{
	emit_metric(op, &(struct emit_metric){ .space = "AWS/SNS",
					       .name = metric,
					       .unit = "Count",
					       .dimensions = { { "TopicName", t->name } },
					       .value = 1 });
}

void deliver_promise(struct op *op, const struct topic *t, const struct message *m)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_str(arg, "Topic", t->name);
	json_set_int(arg, "Latest", subscription_latest(op));
	json_set(arg, "Message", json_object_get(message_print(op, m)));
	job_add(op, &sns_jobs[SNS_PUBLISHED], op->now, NULL, arg);
}

/* --- queues ---------------------------------------------------------------------------------------- */

static struct str last_part(struct str arn)
{
	struct str rest = arn, part = arn;

	while (rest.p)
		part = str_cut(&rest, ':');
	return part;
}

static struct str queue_url(struct op *op, struct str arn)
{
	struct json_object *in = json_new_object(op->arena), *out = NULL;

	json_set_str(in, "QueueName", last_part(arn));
	if (aws_call(op, "sqs", "GetQueueUrl", in, &out, NULL) != DONE)
		return STR_NONE;
	return json_get_str(out, "QueueUrl");
}

/* A message as it was published, attributes and all, or the document about it. */
static bool fill_queued(struct op *op, const struct topic *t, const struct subscription *s,
			const struct message *m, struct json_object *in)
{
	bool raw = subscription_is_true(s, "RawMessageDelivery");

	if (raw && json_count(m->attributes) > RAW_ATTRIBUTES_MAX)
		return false;
	json_set_str(in, "MessageBody",
		     raw ? message_text(op, m, s->protocol) : message_document(op, t, s, m));
	if (raw && json_count(m->attributes))
		json_set(in, "MessageAttributes", json_object_get(m->attributes));
	return true;
}

static enum attempt refuse(struct delivery_result *result, int status, struct str response)
{
	result->status = status;
	result->response = response;
	return status >= 500 || status == 429 ? NOT_NOW : REFUSED;
}

static enum attempt accept(struct delivery_result *result, int status, struct str response)
{
	*result = (struct delivery_result){ true, status, response };
	return DELIVERED;
}

/* What is sent, and for whom. */
struct queued {
	struct str arn;
	struct json_object *in;
	const struct message *message;
};

static enum attempt send_to_queue(struct op *op, const struct topic *t, const struct queued *what,
				  struct delivery_result *result)
{
	const struct message *m = what->message;
	struct json_object *in = what->in;
	struct str arn = what->arn;
	struct service_call call = { .service = "sqs",
				     .operation = "SendMessage",
				     .in = in,
				     .principal = PRINCIPAL,
				     .source_arn = t->arn,
				     .resource = arn };
	struct str url = queue_url(op, arn);
	struct waited_call got;

	if (!url.p)
		return refuse(result, 400, STR("The queue does not exist."));
	json_set_str(in, "QueueUrl", url);
	if (m->group.p)
		json_set_str(in, "MessageGroupId", m->group);
	if (m->deduplication.p && str_ends(arn, STR(".fifo")))
		json_set_str(in, "MessageDeduplicationId", m->deduplication);
	if (!op_call_as(op, &call, &got))
		return refuse(result, got.error->status, got.message);
	return accept(result, 200,
		      arena_strf(op->arena, "{\"sqsRequestId\":\"%.*s\",\"sqsMessageId\":\"%.*s\"}",
				 STR_ARG(hash_uuid(op->arena)),
				 STR_ARG(json_get_str(got.out, "MessageId"))));
}

static enum attempt deliver_sqs(struct op *op, const struct topic *t, const struct subscription *s,
				const struct message *m, struct delivery_result *result)
{
	struct queued what = { s->endpoint, json_new_object(op->arena), m };

	if (!fill_queued(op, t, s, m, what.in))
		return refuse(result, 400, STR("The message has too many attributes."));
	return send_to_queue(op, t, &what, result);
}

void deliver_end(struct op *op, const struct topic *t, const struct subscription *s,
		 const struct message *m, const struct delivery_result *result)
{
	struct json_object *policy =
		json_parse(op->arena, json_get_str(s->attributes, "RedrivePolicy"), NULL);
	struct queued what = { json_get_str(policy, "deadLetterTargetArn"),
			       json_new_object(op->arena), m };
	struct delivery_result ignored;

	report_delivery(op, t, s, m, result);
	deliver_count(op, t,
		      result->delivered ? "NumberOfNotificationsDelivered"
					: "NumberOfNotificationsFailed");
	if (!what.arn.n || result->delivered)
		return;
	if (fill_queued(op, t, s, m, what.in) && send_to_queue(op, t, &what, &ignored) == DELIVERED)
		deliver_count(op, t, "NumberOfNotificationsRedrivenToDlq");
	else
		deliver_count(op, t, "NumberOfNotificationsFailedToRedriveToDlq");
}

/* --- functions ----------------------------------------------------------------------------------------- */

static enum attempt deliver_lambda(struct op *op, const struct topic *t,
				   const struct subscription *s, const struct message *m,
				   struct delivery_result *result)
{
	struct invoke how = { .function = s->endpoint,
			      .payload = message_event(op, t, s, m),
			      .service = PRINCIPAL,
			      .source_arn = t->arn,
			      .event = true };
	struct invoked got;

	op_invoke(op, arena_printf(op->arena, "sns %.*s", STR_ARG(s->id)), &how, &got);
	if (got.error)
		return refuse(result, got.error->status, got.message);
	return accept(result, 202,
		      arena_strf(op->arena, "{\"lambdaRequestId\":\"%.*s\"}",
				 STR_ARG(hash_uuid(op->arena))));
}

/* --- the mailbox ----------------------------------------------------------------------------------------- */

static struct str sender_of(struct op *op, const struct topic *t)
{
	struct str name = topic_attribute(t, "DisplayName");

	return arena_strf(op->arena, "%.*s <no-reply@sns.amazonaws.com>",
			  STR_ARG(name.n ? name : STR("AWS Notifications")));
}

static enum attempt deliver_mail(struct op *op, const struct topic *t, const struct subscription *s,
				 const struct message *m, struct delivery_result *result)
{
	struct mail mail = { .medium = "EMAIL",
			     .from = sender_of(op, t),
			     .to = s->endpoint,
			     .subject =
				     m->subject.n ? m->subject : STR("AWS Notification Message") };

	if (str_is(s->protocol, "email-json"))
		mail.body = message_document(op, t, s, m);
	else
		mail.body =
			arena_strf(op->arena, "%.*s\n\n--\nTo stop these messages, open\n%.*s\n",
				   STR_ARG(message_text(op, m, s->protocol)),
				   STR_ARG(link_unsubscribe(op, s)));
	mail_send(op, &mail);
	return accept(result, 200, STR(""));
}

static void mail_token(struct op *op, const struct topic *t, const struct subscription *s,
		       const struct message *m)
{
	bool begins = str_is(m->type, "SubscriptionConfirmation");
	struct mail mail = { .medium = "EMAIL",
			     .from = sender_of(op, t),
			     .to = s->endpoint,
			     .subject = begins ? STR("AWS Notification - Subscription Confirmation")
					       : STR("AWS Notification - Unsubscribe Confirmation"),
			     .body = message_document(op, t, s, m) };

	if (str_is(s->protocol, "email"))
		mail.body =
			arena_strf(op->arena,
				   "You have chosen to %s the topic:\n%.*s\n\nTo %s, open\n%.*s\n",
				   begins ? "subscribe to" : "unsubscribe from", STR_ARG(t->arn),
				   begins ? "confirm this subscription"
					  : "take this back and be subscribed again",
				   STR_ARG(link_confirm(op, s, t->arn, m->token)));
	mail_send(op, &mail);
}

/* --- subscriptions ---------------------------------------------------------------------------------------- */

static const char *const verdicts[] = {
	[FILTER_NO_ATTRIBUTES] = "NumberOfNotificationsFilteredOut-NoMessageAttributes",
	[FILTER_ATTRIBUTES] = "NumberOfNotificationsFilteredOut-MessageAttributes",
	[FILTER_BODY] = "NumberOfNotificationsFilteredOut-MessageBody",
	[FILTER_BAD_BODY] = "NumberOfNotificationsFilteredOut-InvalidMessageBody",
};

static bool wants(struct op *op, const struct topic *t, const struct subscription *s,
		  const struct message *m)
{
	enum filter_verdict verdict =
		filter_ask(op, s, message_text(op, m, s->protocol), m->attributes);

	if (verdict == FILTER_TAKES)
		return true;
	deliver_count(op, t, "NumberOfNotificationsFilteredOut");
	deliver_count(op, t, verdicts[verdict]);
	return false;
}

/* How often and how late AWS tries its own services: at once, then each second, then slower, then every 20 s. */
static int64_t wait_of(int64_t tries)
{
	if (tries <= 3)
		return 0;
	if (tries <= 5)
		return 1000;
	if (tries <= 15)
		return 1000 * (tries - 5) * 2;
	return tries <= 100015 ? 20000 : -1;
}

static void again(struct op *op, const struct subscription *s, const struct message *m,
		  int64_t tries)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_str(arg, "Subscription", s->id);
	json_set_int(arg, "Tries", tries);
	json_set(arg, "Message", json_object_get(message_print(op, m)));
	job_add(op, &sns_jobs[SNS_AGAIN], op->now + wait_of(tries), NULL, arg);
}

static void deliver(struct op *op, const struct topic *t, const struct subscription *s,
		    const struct message *m, int64_t tries)
{
	struct delivery_result result = { .delivered = false };
	enum attempt attempt;

	if (str_starts(s->protocol, STR("http"))) {
		deliver_http(op, t, s, m);
		return;
	}
	attempt = (str_is(s->protocol, "sqs")      ? deliver_sqs
		   : str_is(s->protocol, "lambda") ? deliver_lambda
						   : deliver_mail)(op, t, s, m, &result);
	if (attempt == NOT_NOW && wait_of(tries + 1) >= 0)
		again(op, s, m, tries + 1);
	else
		deliver_end(op, t, s, m, &result);
}

/* A job: a message that was accepted. Subscriptions are read a few at a time: deliveries use the file meanwhile. */
enum outcome sns_job_published(struct op *op)
{
	struct subscription some[SNS_PAGE];
	struct str after = STR("");
	struct message m;
	struct topic t;
	size_t n;

	message_read(op_get(op, "Message"), &m);
	if (!topic_find(op, op_str(op, "Topic"), &t))
		return DONE;
	do {
		struct stmt *q =
			db_query(op->db,
				 "SELECT " SUBSCRIPTION_COLUMNS " FROM sns_subscription"
				 " WHERE topic = ? AND state = 0 AND id > ? AND latest <= ?"
				 " ORDER BY id LIMIT ?",
				 "ssii", t.name, after, op_int_or(op, "Latest", 0),
				 (int64_t)SNS_PAGE);

		for (n = 0; n < SNS_PAGE && stmt_row(q); n++)
			subscription_read(op, q, &some[n]);
		stmt_done(q);
		for (size_t i = 0; i < n; i++)
			if (wants(op, &t, &some[i], &m))
				deliver(op, &t, &some[i], &m, 0);
		after = n ? some[n - 1].id : after;
	} while (n == SNS_PAGE);
	return DONE;
}

enum outcome sns_job_again(struct op *op)
{
	struct subscription s;
	struct message m;
	struct topic t;

	message_read(op_get(op, "Message"), &m);
	if (subscription_find(op, op_str(op, "Subscription"), &s) && s.state == SUBSCRIBED &&
	    topic_find(op, s.topic, &t))
		deliver(op, &t, &s, &m, op_int_or(op, "Tries", 0));
	return DONE;
}

void deliver_token(struct op *op, const struct topic *t, const struct subscription *s,
		   const char *type)
{
	bool begins = strcmp(type, "SubscriptionConfirmation") == 0;
	struct message m = { .type = str_of(type), .at = op->now, .token = s->token };

	m.id = hash_uuid(op->arena);
	if (begins)
		m.text = arena_strf(
			op->arena,
			"You have chosen to subscribe to the topic %.*s.\nTo confirm the "
			"subscription, visit the SubscribeURL included in this message.",
			STR_ARG(t->arn));
	else
		m.text = arena_strf(
			op->arena,
			"You have chosen to deactivate subscription %.*s.\nTo cancel this "
			"operation and restore the subscription, visit the SubscribeURL "
			"included in this message.",
			STR_ARG(s->arn));
	if (str_starts(s->protocol, STR("http")))
		deliver_http(op, t, s, &m);
	else
		mail_token(op, t, s, &m);
}
