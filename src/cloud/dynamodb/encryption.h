#ifndef CLOUD_DYNAMODB_ENCRYPTION_H
#define CLOUD_DYNAMODB_ENCRYPTION_H

#include "cloud/dynamodb/table.h"

/*
 * Server-side encryption, as far as a table tells of it: with the service's own key, of which nothing is said, or with
 * the account's managed key for DynamoDB (alias/aws/dynamodb). There is no KMS yet, hence no other key.
 *
 * In a definition it stands as "Encryption": {"Enabled", "ChangedAt"}.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
 */

/* Is op->in's SSESpecification one for CreateTable? False with AWS's error set. */
bool encryption_check_new(struct op *op);
/* CreateTable: write what it asks for into the definition. */
void encryption_create(struct op *op, struct json_object *definition);
/* RestoreTableFromBackup: the same of its SSESpecificationOverride, if there is one. False with AWS's error set. */
bool encryption_restore(struct op *op, struct json_object *definition);
/*
 * UpdateTable with an SSESpecification, which comes alone: change the definition. False with AWS's error set.
 */
bool encryption_update(struct op *op, struct json_object *definition);
/* What TableDescription says of encryption. */
void encryption_describe(struct op *op, struct json_object *definition, struct json_object *out);

#endif
