#ifndef CLOUD_SNS_INSIDE_H
#define CLOUD_SNS_INSIDE_H

#include "aws/dispatch.h"
#include "aws/raw.h"
#include "cloud/sns/sns.h"

/*
 * What the files of this room share.
 *
 * A topic is a row, and so is a subscription. An accepted message becomes a job in the same transaction; the job looks
 * which subscriptions want it and delivers there at once (functions, queues, the mailbox), or promises a request to a
 * server elsewhere as a job of its own.
 */

enum { SNS_PAGE = 100, SNS_MESSAGE_MAX = 256 * 1024, SNS_PENDING_MS = 2 * 24 * 3600 * 1000 };

/* --- topics.c --------------------------------------------------------------------------------- */

struct topic {
	struct str name, arn;
	struct json_object *attributes; /* as they were set, without Policy */
	struct str policy;              /* JSON */
	struct json_object *tags;       /* {"key": "value"} */
	bool fifo;
};

/* "arn:aws:sns:REGION:ACCOUNT:name" */
struct str topic_arn(struct op *op, struct str name);
/* The name in the ARN that a member holds; false with the error set: it is none of this account and region. */
bool topic_name_of(struct op *op, const char *member, struct str *name);
/* False when there is no such topic. */
bool topic_find(struct op *op, struct str name, struct topic *out);
/* Both; "Topic does not exist". */
bool topic_named(struct op *op, const char *member, struct topic *out);
/* Write the topic's row, a new one too. */
void topic_save(struct op *op, const struct topic *t);
/* An attribute as it was set, or absent. */
struct str topic_attribute(const struct topic *t, const char *name);
/* The service's words, always FAILED: "Invalid parameter: " and what follows. */
enum outcome sns_invalid(struct op *op, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Where a page begins: the text behind NextToken, "" without one; false with the error set. */
bool sns_page_begin(struct op *op, struct str *after);
/* Where it ends: the text that the next one begins behind. */
void sns_page_end(struct op *op, struct str last);

/* --- attributes.c, delivery.c ----------------------------------------------------------------------- */

/*
 * May a topic have this attribute with this value? False with the error set, which begins with `prefix`. `creating`:
 * some can only be said then.
 */
bool topic_attribute_good(struct op *op, const char *prefix, struct str name, struct str value,
			  bool creating);
/* How deliveries to HTTP servers are tried again. */
struct retry_policy {
	int64_t least_s, most_s, retries, at_once, at_least, at_most;
	struct str backoff;
};
/* The delivery policy of a topic, or of a subscription on top of it, with all defaults. */
struct json_object *delivery_of_topic(struct op *op, const struct topic *t);
struct json_object *delivery_of(struct op *op, const struct topic *t, struct str own);
/* A subscription's policy as it is kept: every member is there. NULL with what is wrong in *why. */
struct json_object *delivery_read(struct op *op, struct str text, const char **why);
/* The same for a topic's. */
bool delivery_good(struct op *op, struct str text, const char **why);
void delivery_retries(struct json_object *policy, struct retry_policy *out);
/* Milliseconds before a retry (the first is 1); -1: there are no more. */
int64_t delivery_wait(const struct retry_policy *policy, int64_t retry);

/* --- policies.c ---------------------------------------------------------------------------------- */

/* The policy that a topic has from the beginning. */
struct str policy_default(struct op *op, struct str arn);
/* A policy as a topic may have it; false with the error set. */
bool policy_good(struct op *op, const char *prefix, struct str text);

/* --- subscriptions.c ------------------------------------------------------------------------------- */

enum subscription_state { SUBSCRIBED, PENDING, ENDED };

struct subscription {
	struct str id, topic, protocol, endpoint, arn;
	struct json_object *attributes; /* as they were set */
	struct str principal;           /* who subscribed */
	struct str base;                /* the cloud's address as they wrote it, for links */
	struct str token;               /* of what may still be confirmed */
	enum subscription_state state;
	bool authenticated;
};

/* False when there is none, or nobody has confirmed it in time. */
bool subscription_find(struct op *op, struct str id, struct subscription *out);
/* The one that an ARN names, whatever became of it; false with the error set. */
bool subscription_named(struct op *op, struct subscription *out);
/* Is this attribute of it "true"? */
bool subscription_is_true(const struct subscription *s, const char *attribute);
/* A row of sns_subscription, selected with SUBSCRIPTION_COLUMNS. */
#define SUBSCRIPTION_COLUMNS                                                                       \
	"id, topic, protocol, endpoint, attributes, principal, base, token, state, authenticated"
void subscription_read(struct op *op, struct stmt *q, struct subscription *out);
/* Subscriptions that came later than this number do not get what is published now. */
int64_t subscription_latest(struct op *op);
/* It is confirmed, or came back. */
void subscription_confirm(struct op *op, const struct subscription *s, bool authenticated);
/* It ends; servers elsewhere and people by e-mail are told how to bring it back. */
void subscription_end(struct op *op, const struct subscription *s);

/* --- filter.c ------------------------------------------------------------------------------------ */

/* May it be a filter policy? Else *why is AWS's sentence. */
bool filter_good(struct op *op, struct str text, bool body, const char **why);
enum filter_verdict {
	FILTER_TAKES,
	FILTER_NO_ATTRIBUTES,
	FILTER_ATTRIBUTES,
	FILTER_BODY,
	FILTER_BAD_BODY
};
/* Does the subscription take a message with these attributes? */
enum filter_verdict filter_ask(struct op *op, const struct subscription *s, struct str message,
			       struct json_object *attributes);

/* --- message.c, sign.c -------------------------------------------------------------------------------- */

/* What is delivered: a notification, or a request to confirm. Lives as JSON in jobs. */
struct message {
	struct str type; /* "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation" */
	struct str id, subject, text, token;
	struct json_object *attributes; /* {"name": {"DataType", "StringValue" | "BinaryValue"}} */
	struct str group, deduplication, sequence;
	int64_t at;
	bool by_protocol; /* the text is {"default": "...", "sqs": "..."} */
};
struct json_object *message_print(struct op *op, const struct message *m);
void message_read(struct json_object *o, struct message *out);
/* What a subscription gets of it. */
struct str message_text(struct op *op, const struct message *m, struct str protocol);
/* The JSON that servers and queues get; for functions the event. */
struct str message_document(struct op *op, const struct topic *t, const struct subscription *s,
			    const struct message *m);
struct str message_event(struct op *op, const struct topic *t, const struct subscription *s,
			 const struct message *m);
/* "http://10.0.0.5:4566/?Action=ConfirmSubscription&TopicArn=...&Token=..." */
struct str link_confirm(struct op *op, const struct subscription *s, struct str topic_arn,
			struct str token);
struct str link_unsubscribe(struct op *op, const struct subscription *s);

/* Sign with the account's key, made when it is needed first; base64. The version is "1" (SHA-1) or "2" (SHA-256). */
struct str sign_text(struct op *op, struct str text, bool version_2);
/* Where the certificate is found, behind the cloud's address: "SimpleNotificationService-....pem". */
struct str sign_file(struct op *op);
/* Data plane: the certificate, and the pages behind links in e-mails. */
const struct operation *sns_serves(const struct raw_request *raw);
bool sns_account_of(struct op *op, char account[static 13]);
enum outcome sns_op_serve(struct op *op);

/* --- deliver.c, deliver_http.c -------------------------------------------------------------------------- */

/* How a delivery ended, in the receiver's words. */
struct delivery_result {
	bool delivered;
	int status;
	struct str response; /* JSON, or a sentence */
};
/* Write it down where the topic's attributes ask for that. */
void report_delivery(struct op *op, const struct topic *t, const struct subscription *s,
		     const struct message *m, const struct delivery_result *result);
/* Promise that the topic's subscribers up to `latest` get it. */
void deliver_promise(struct op *op, const struct topic *t, const struct message *m);
/* Ask the endpoint to confirm, or tell it that it was unsubscribed. */
void deliver_token(struct op *op, const struct topic *t, const struct subscription *s,
		   const char *type);
/* It is over: counted, written down, and to the dead-letter queue, if there is one, when it could not be delivered. */
void deliver_end(struct op *op, const struct topic *t, const struct subscription *s,
		 const struct message *m, const struct delivery_result *result);
/* One more, in a metric of the topic. */
void deliver_count(struct op *op, const struct topic *t, const char *metric);
/* A request to a server, now and as often as its policy has it. */
void deliver_http(struct op *op, const struct topic *t, const struct subscription *s,
		  const struct message *m);

/* Jobs: a message was accepted; a delivery is tried again; a server is asked; nobody has confirmed. */
enum { SNS_PUBLISHED, SNS_AGAIN, SNS_HTTP, SNS_FORGET };
extern const struct job_kind sns_jobs[];
#define SNS_JOB(name) enum outcome sns_job_##name(struct op *op)
SNS_JOB(published);
SNS_JOB(again);
SNS_JOB(http);
SNS_JOB(forget);
#undef SNS_JOB

extern const struct aws_error SnsInvalidParameter, SnsParameterValueInvalid, SnsNotFound,
	SnsResourceNotFound, SnsAuthorizationError, SnsTopicLimit, SnsSubscriptionLimit,
	SnsFilterLimit, SnsTagLimit, SnsBatchTooMany, SnsBatchEmpty, SnsBatchNotDistinct,
	SnsBatchTooLong, SnsBatchEntryId;

/* The operations: name, function, flags, output. */
#define SNS_OPERATIONS(X)                                                                          \
	X("AddPermission", add_permission, OP_POLICY, NULL)                                        \
	X("ConfirmSubscription", confirm_subscription, OP_UNSIGNED, NULL)                          \
	X("CreateTopic", create_topic, OP_POLICY, NULL)                                            \
	X("DeleteTopic", delete_topic, OP_POLICY, NULL)                                            \
	X("GetSubscriptionAttributes", get_subscription_attributes, OP_READS | OP_SHORT,           \
	  &sns_attributes_output)                                                                  \
	X("GetTopicAttributes", get_topic_attributes, OP_READS | OP_SHORT, &sns_attributes_output) \
	X("ListSubscriptions", list_subscriptions, OP_READS, NULL)                                 \
	X("ListSubscriptionsByTopic", list_subscriptions_by_topic, OP_READS, NULL)                 \
	X("ListTagsForResource", list_tags_for_resource, OP_READS | OP_SHORT, NULL)                \
	X("ListTopics", list_topics, OP_READS, NULL)                                               \
	X("Publish", publish, OP_DATA | OP_SHORT, NULL)                                            \
	X("PublishBatch", publish_batch, OP_DATA, NULL)                                            \
	X("RemovePermission", remove_permission, OP_POLICY, NULL)                                  \
	X("SetSubscriptionAttributes", set_subscription_attributes, 0, NULL)                       \
	X("SetTopicAttributes", set_topic_attributes, OP_POLICY, NULL)                             \
	X("Subscribe", subscribe, 0, NULL)                                                         \
	X("TagResource", tag_resource, 0, &sns_nothing)                                            \
	X("Unsubscribe", unsubscribe, OP_UNSIGNED, NULL)                                           \
	X("UntagResource", untag_resource, 0, &sns_nothing)

extern const struct shape sns_nothing, sns_attributes_output;
#define SNS_DECLARE(name, function, flags, output)                                                 \
	enum outcome sns_op_##function(struct op *op);                                             \
	extern const struct shape sns_##function;
SNS_OPERATIONS(SNS_DECLARE)
#undef SNS_DECLARE

#endif
