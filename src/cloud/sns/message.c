/*
 * What subscribers get: notifications, requests to confirm, and the links in them.
 * From: SNS Developer Guide, "Parsing Amazon SNS message formats", "Verifying the signatures of Amazon SNS messages";
 * Lambda Developer Guide, "Using AWS Lambda with Amazon SNS".
 */
#include "base/time.h"
#include "cloud/sns/inside.h"

/* --- as a job's argument ------------------------------------------------------------------------ */

static void set_some(struct json_object *o, const char *name, struct str value)
{
	if (value.p)
		json_set_str(o, name, value);
}

struct json_object *message_print(struct op *op, const struct message *m)
{
	struct json_object *o = json_new_object(op->arena);

	json_set_str(o, "Type", m->type);
	json_set_str(o, "Id", m->id);
	json_set_str(o, "Text", m->text);
	set_some(o, "Subject", m->subject);
	set_some(o, "Token", m->token);
	set_some(o, "Group", m->group);
	set_some(o, "Deduplication", m->deduplication);
	set_some(o, "Sequence", m->sequence);
	if (m->attributes)
		json_set(o, "Attributes", json_object_get(m->attributes));
	json_set_int(o, "At", m->at);
	json_set_bool(o, "ByProtocol", m->by_protocol);
	return o;
}

void message_read(struct json_object *o, struct message *out)
{
	*out = (struct message){
		.type = json_get_str(o, "Type"),
		.id = json_get_str(o, "Id"),
		.text = json_get_str(o, "Text"),
		.subject = json_get_str(o, "Subject"),
		.token = json_get_str(o, "Token"),
		.group = json_get_str(o, "Group"),
		.deduplication = json_get_str(o, "Deduplication"),
		.sequence = json_get_str(o, "Sequence"),
		.attributes = json_get(o, "Attributes"),
		.at = json_int_or(json_get(o, "At"), 0),
		.by_protocol = json_bool_or(json_get(o, "ByProtocol"), false),
	};
}

struct str message_text(struct op *op, const struct message *m, struct str protocol)
{
	struct json_object *o = m->by_protocol ? json_parse(op->arena, m->text, NULL) : NULL;
	struct str own = json_get_str(o, arena_cstr(op->arena, protocol));

	return !o ? m->text : own.p ? own : json_get_str(o, "default");
}

/* --- links -------------------------------------------------------------------------------------------- */

struct str link_confirm(struct op *op, const struct subscription *s, struct str arn,
			struct str token)
{
	return arena_strf(op->arena, "%.*s/?Action=ConfirmSubscription&TopicArn=%.*s&Token=%.*s",
			  STR_ARG(s->base), STR_ARG(arn), STR_ARG(token));
}

struct str link_unsubscribe(struct op *op, const struct subscription *s)
{
	return arena_strf(op->arena, "%.*s/?Action=Unsubscribe&SubscriptionArn=%.*s",
			  STR_ARG(s->base), STR_ARG(s->arn));
}

/* --- documents ------------------------------------------------------------------------------------------ */

/* The members of a document, in their order; absent ones are not there. */
struct parts {
	struct str text, time, url, unsubscribe, signature, certificate;
	bool version_2;
};

static void sign_line(struct buf *b, const char *name, struct str value)
{
	if (value.p)
		buf_addf(b, "%s\n%.*s\n", name, STR_ARG(value));
}

/* What is signed: names and values, by name. */
static struct str signed_text(struct op *op, const struct topic *t, const struct message *m,
			      const struct parts *p)
{
	struct str text;
	struct buf b;

	buf_init(&b, BUF_MAX);
	sign_line(&b, "Message", p->text);
	sign_line(&b, "MessageId", m->id);
	if (m->token.p)
		sign_line(&b, "SubscribeURL", p->url);
	else
		sign_line(&b, "Subject", m->subject);
	sign_line(&b, "Timestamp", p->time);
	if (m->token.p)
		sign_line(&b, "Token", m->token);
	sign_line(&b, "TopicArn", t->arn);
	sign_line(&b, "Type", m->type);
	text = arena_dup(op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static void fill_parts(struct op *op, const struct topic *t, const struct subscription *s,
		       const struct message *m, struct parts *p)
{
	p->text = message_text(op, m, s->protocol);
	p->time = time_iso(op->arena, m->at, true);
	p->url = m->token.p ? link_confirm(op, s, t->arn, m->token) : STR_NONE;
	p->unsubscribe = link_unsubscribe(op, s);
	if (t->fifo)
		return;
	p->signature = sign_text(op, signed_text(op, t, m, p), p->version_2);
	p->certificate =
		arena_strf(op->arena, "%.*s/%.*s", STR_ARG(s->base), STR_ARG(sign_file(op)));
}

/* {"name": {"Type": "Number", "Value": "1"}} */
static struct json_object *attributes_of(struct op *op, const struct message *m)
{
	struct json_object *all = json_new_object(op->arena), *one;

	if (m->attributes) {
		JSON_EACH(m->attributes, name, attribute)
		{
			struct str text = json_get_str(attribute, "StringValue");

			one = json_set_object(all, name);
			json_set_str(one, "Type", json_get_str(attribute, "DataType"));
			json_set_str(one, "Value",
				     text.p ? text : json_get_str(attribute, "BinaryValue"));
		}
	}
	return all;
}

/* As SNS lays its documents out: a member a line, with blanks around the colons. */
static void print_laid_out(struct buf *b, const struct json_object *o, int depth)
{
	const char *sep = "{\n";

	JSON_EACH((struct json_object *)o, key, value)
	{
		buf_addf(b, "%s%*s", sep, 2 * (depth + 1), "");
		json_print_string(b, str_of(key));
		buf_adds(b, " : ");
		if (json_is_object(value) && depth == 0)
			print_laid_out(b, value, 1);
		else if (json_is_object(value))
			buf_addf(b, "{\"Type\":\"%.*s\",\"Value\":%s}",
				 STR_ARG(json_get_str(value, "Type")),
				 json_object_to_json_string_ext(
					 json_get(value, "Value"),
					 JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
		else
			json_print(b, value);
		sep = ",\n";
	}
	buf_addf(b, "\n%*s}", 2 * depth, "");
}

struct str message_document(struct op *op, const struct topic *t, const struct subscription *s,
			    const struct message *m)
{
	struct parts p = { .version_2 = str_is(topic_attribute(t, "SignatureVersion"), "2") };
	struct json_object *o = json_new_object(op->arena), *attributes = attributes_of(op, m);
	struct str text;
	struct buf b;

	fill_parts(op, t, s, m, &p);
	json_set_str(o, "Type", m->type);
	json_set_str(o, "MessageId", m->id);
	set_some(o, "SequenceNumber", m->sequence);
	set_some(o, "Token", m->token);
	json_set_str(o, "TopicArn", t->arn);
	set_some(o, "Subject", m->subject);
	json_set_str(o, "Message", p.text);
	set_some(o, "SubscribeURL", p.url);
	json_set_str(o, "Timestamp", p.time);
	if (!t->fifo)
		json_set_cstr(o, "SignatureVersion", p.version_2 ? "2" : "1");
	set_some(o, "Signature", p.signature);
	set_some(o, "SigningCertURL", p.certificate);
	if (!m->token.p)
		json_set_str(o, "UnsubscribeURL", p.unsubscribe);
	if (json_count(attributes))
		json_set(o, "MessageAttributes", json_object_get(attributes));
	buf_init(&b, BUF_MAX);
	print_laid_out(&b, o, 0);
	text = arena_dup(op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

/* Functions are sent signatures of version 1, whatever the topic says. */
struct str message_event(struct op *op, const struct topic *t, const struct subscription *s,
			 const struct message *m)
{
	struct json_object *event = json_new_object(op->arena), *record, *o;
	struct parts p = { .version_2 = false };

	fill_parts(op, t, s, m, &p);
	record = json_add_object(json_set_array(event, "Records"));
	json_set_cstr(record, "EventSource", "aws:sns");
	json_set_cstr(record, "EventVersion", "1.0");
	json_set_str(record, "EventSubscriptionArn", s->arn);
	o = json_set_object(record, "Sns");
	json_set_str(o, "Type", m->type);
	json_set_str(o, "MessageId", m->id);
	json_set_str(o, "TopicArn", t->arn);
	if (m->subject.p)
		json_set_str(o, "Subject", m->subject);
	else
		json_set(o, "Subject", NULL);
	json_set_str(o, "Message", p.text);
	json_set_str(o, "Timestamp", p.time);
	json_set_cstr(o, "SignatureVersion", "1");
	json_set_str(o, "Signature", p.signature);
	json_set_str(o, "SigningCertUrl", p.certificate);
	json_set_str(o, "UnsubscribeUrl", p.unsubscribe);
	json_set(o, "MessageAttributes", json_object_get(attributes_of(op, m)));
	return json_text(op->arena, event);
}
