/*
 * Inputs and answers of SQS's operations, from botocore's model; the spellings of the query protocol from the model as
 * it was before SQS spoke JSON. What is missing is told in SQS's own words by the operations, hence nothing is `required`.
 */
#include "cloud/sqs/inside.h"

#define MAY(name, shape)                                                                           \
	{                                                                                          \
		name, &(shape)                                                                     \
	}
/* What the query protocol calls otherwise. */
#define QUERY(name, shape, spelling)                                                               \
	{                                                                                          \
		name, &(shape), .wire_name = (spelling)                                            \
	}
#define SHAPE(name, ...)                                                                           \
	static const struct shape_member name##_members[] = { __VA_ARGS__, { 0 } };                \
	const struct shape sqs_##name = SHAPE_STRUCT(name##_members)
#define PART(name, ...)                                                                            \
	static const struct shape_member name##_members[] = { __VA_ARGS__, { 0 } };                \
	static const struct shape name = SHAPE_STRUCT(name##_members)
#define FLAT_LIST(name, of)                                                                        \
	static const struct shape name = { .type = SHAPE_LIST, .element = &(of), .flat = true }
#define FLAT_MAP(name, of, key, value)                                                             \
	static const struct shape name = { .type = SHAPE_MAP,                                      \
					   .element = &(of),                                       \
					   .flat = true,                                           \
					   .key_name = (key),                                      \
					   .value_name = (value) }

FLAT_LIST(strings, shape_string);
FLAT_LIST(blobs, shape_blob);
FLAT_MAP(attributes, shape_string, "Name", "Value");
FLAT_MAP(tags, shape_string, "Key", "Value");

PART(attribute_value, MAY("StringValue", shape_string), MAY("BinaryValue", shape_blob),
     QUERY("StringListValues", strings, "StringListValue"),
     QUERY("BinaryListValues", blobs, "BinaryListValue"), MAY("DataType", shape_string));
FLAT_MAP(message_attributes, attribute_value, "Name", "Value");

#define QUEUE MAY("QueueUrl", shape_string)

/* --- queues -------------------------------------------------------------------------------- */

SHAPE(add_permission, QUEUE, MAY("Label", shape_string),
      QUERY("AWSAccountIds", strings, "AWSAccountId"), QUERY("Actions", strings, "ActionName"));
SHAPE(create_queue, MAY("QueueName", shape_string), QUERY("Attributes", attributes, "Attribute"),
      QUERY("tags", tags, "Tag"));
SHAPE(create_queue_output, MAY("QueueUrl", shape_string));
SHAPE(delete_queue, QUEUE);
SHAPE(get_queue_attributes, QUEUE, QUERY("AttributeNames", strings, "AttributeName"));
SHAPE(get_queue_attributes_output, QUERY("Attributes", attributes, "Attribute"));
SHAPE(get_queue_url, MAY("QueueName", shape_string), MAY("QueueOwnerAWSAccountId", shape_string));
SHAPE(get_queue_url_output, MAY("QueueUrl", shape_string));
SHAPE(list_dead_letter_source_queues, QUEUE, MAY("NextToken", shape_string),
      MAY("MaxResults", shape_integer));
SHAPE(list_dead_letter_source_queues_output, QUERY("queueUrls", strings, "QueueUrl"),
      MAY("NextToken", shape_string));
SHAPE(list_queue_tags, QUEUE);
SHAPE(list_queue_tags_output, QUERY("Tags", tags, "Tag"));
SHAPE(list_queues, MAY("QueueNamePrefix", shape_string), MAY("NextToken", shape_string),
      MAY("MaxResults", shape_integer));
SHAPE(list_queues_output, QUERY("QueueUrls", strings, "QueueUrl"), MAY("NextToken", shape_string));
SHAPE(purge_queue, QUEUE);
SHAPE(remove_permission, QUEUE, MAY("Label", shape_string));
SHAPE(set_queue_attributes, QUEUE, QUERY("Attributes", attributes, "Attribute"));
SHAPE(tag_queue, QUEUE, QUERY("Tags", tags, "Tag"));
SHAPE(untag_queue, QUEUE, QUERY("TagKeys", strings, "TagKey"));

/* --- moving messages ------------------------------------------------------------------------ */

SHAPE(cancel_message_move_task, MAY("TaskHandle", shape_string));
SHAPE(cancel_message_move_task_output, MAY("ApproximateNumberOfMessagesMoved", shape_long));
SHAPE(list_message_move_tasks, MAY("SourceArn", shape_string), MAY("MaxResults", shape_integer));
PART(move_task, MAY("TaskHandle", shape_string), MAY("Status", shape_string),
     MAY("SourceArn", shape_string), MAY("DestinationArn", shape_string),
     MAY("MaxNumberOfMessagesPerSecond", shape_integer),
     MAY("ApproximateNumberOfMessagesMoved", shape_long),
     MAY("ApproximateNumberOfMessagesToMove", shape_long), MAY("FailureReason", shape_string),
     MAY("StartedTimestamp", shape_long));
FLAT_LIST(move_tasks, move_task);
SHAPE(list_message_move_tasks_output,
      QUERY("Results", move_tasks, "ListMessageMoveTasksResultEntry"));
SHAPE(start_message_move_task, MAY("SourceArn", shape_string), MAY("DestinationArn", shape_string),
      MAY("MaxNumberOfMessagesPerSecond", shape_integer));
SHAPE(start_message_move_task_output, MAY("TaskHandle", shape_string));

/* --- messages ----------------------------------------------------------------------------------- */

#define MESSAGE                                                                                    \
	MAY("MessageBody", shape_string), MAY("DelaySeconds", shape_integer),                      \
		QUERY("MessageAttributes", message_attributes, "MessageAttribute"),                \
		QUERY("MessageSystemAttributes", message_attributes, "MessageSystemAttribute"),    \
		MAY("MessageDeduplicationId", shape_string), MAY("MessageGroupId", shape_string)
#define SENT                                                                                       \
	MAY("MessageId", shape_string), MAY("MD5OfMessageBody", shape_string),                     \
		MAY("MD5OfMessageAttributes", shape_string),                                       \
		MAY("MD5OfMessageSystemAttributes", shape_string),                                 \
		MAY("SequenceNumber", shape_string)
PART(failure, MAY("Id", shape_string), MAY("SenderFault", shape_boolean), MAY("Code", shape_string),
     MAY("Message", shape_string));
FLAT_LIST(failures, failure);
#define FAILURES QUERY("Failed", failures, "BatchResultErrorEntry")
PART(done, MAY("Id", shape_string));
FLAT_LIST(all_done, done);

SHAPE(change_message_visibility, QUEUE, MAY("ReceiptHandle", shape_string),
      MAY("VisibilityTimeout", shape_integer));
PART(change_entry, MAY("Id", shape_string), MAY("ReceiptHandle", shape_string),
     MAY("VisibilityTimeout", shape_integer));
FLAT_LIST(change_entries, change_entry);
SHAPE(change_message_visibility_batch, QUEUE,
      QUERY("Entries", change_entries, "ChangeMessageVisibilityBatchRequestEntry"));
SHAPE(change_message_visibility_batch_output,
      QUERY("Successful", all_done, "ChangeMessageVisibilityBatchResultEntry"), FAILURES);

SHAPE(delete_message, QUEUE, MAY("ReceiptHandle", shape_string));
PART(delete_entry, MAY("Id", shape_string), MAY("ReceiptHandle", shape_string));
FLAT_LIST(delete_entries, delete_entry);
SHAPE(delete_message_batch, QUEUE,
      QUERY("Entries", delete_entries, "DeleteMessageBatchRequestEntry"));
SHAPE(delete_message_batch_output, QUERY("Successful", all_done, "DeleteMessageBatchResultEntry"),
      FAILURES);

SHAPE(receive_message, QUEUE, QUERY("AttributeNames", strings, "AttributeName"),
      QUERY("MessageSystemAttributeNames", strings, "MessageSystemAttributeName"),
      QUERY("MessageAttributeNames", strings, "MessageAttributeName"),
      MAY("MaxNumberOfMessages", shape_integer), MAY("VisibilityTimeout", shape_integer),
      MAY("WaitTimeSeconds", shape_integer), MAY("ReceiveRequestAttemptId", shape_string));
PART(message, MAY("MessageId", shape_string), MAY("ReceiptHandle", shape_string),
     MAY("MD5OfBody", shape_string), MAY("Body", shape_string),
     QUERY("Attributes", attributes, "Attribute"), MAY("MD5OfMessageAttributes", shape_string),
     QUERY("MessageAttributes", message_attributes, "MessageAttribute"));
FLAT_LIST(messages, message);
SHAPE(receive_message_output, QUERY("Messages", messages, "Message"));

SHAPE(send_message, QUEUE, MESSAGE);
SHAPE(send_message_output, SENT);
PART(send_entry, MAY("Id", shape_string), MESSAGE);
FLAT_LIST(send_entries, send_entry);
SHAPE(send_message_batch, QUEUE, QUERY("Entries", send_entries, "SendMessageBatchRequestEntry"));
PART(sent_entry, MAY("Id", shape_string), SENT);
FLAT_LIST(sent_entries, sent_entry);
SHAPE(send_message_batch_output, QUERY("Successful", sent_entries, "SendMessageBatchResultEntry"),
      FAILURES);
