// The AWS SDK for JavaScript v3 reads a table's stream while the table changes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
	CreateTableCommand, DeleteItemCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
	DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand,
	ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb-streams";
import { Cloud } from "../support/cloud.mjs";

let cloud, db, streams, arn;

before(async () => {
	cloud = await Cloud.start("--account", "123456789012");
	db = new DynamoDBClient(cloud.settings());
	streams = new DynamoDBStreamsClient(cloud.settings());
	const made = await db.send(new CreateTableCommand({
		TableName: "Rides", BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: [{ AttributeName: "RideId", AttributeType: "S" }],
		KeySchema: [{ AttributeName: "RideId", KeyType: "HASH" }],
		StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
	}));
	arn = made.TableDescription.LatestStreamArn;
	await waitUntilTableExists({ client: db, maxWaitTime: 20, minDelay: 1 }, { TableName: "Rides" });
});

after(() => {
	cloud?.stop();
});

test("a table's stream is listed and described", async () => {
	const listed = await streams.send(new ListStreamsCommand({ TableName: "Rides" }));
	assert.deepEqual(listed.Streams.map((stream) => stream.StreamArn), [arn]);
	const { StreamDescription: told } = await streams.send(new DescribeStreamCommand({ StreamArn: arn }));
	assert.equal(told.StreamStatus, "ENABLED");
	assert.deepEqual(told.KeySchema, [{ AttributeName: "RideId", KeyType: "HASH" }]);
	assert.ok(told.CreationRequestDateTime instanceof Date);
});

test("what happens to an item comes out of the stream, page by page", async () => {
	const key = { RideId: { S: "r-1" } };
	const { StreamDescription: told } = await streams.send(new DescribeStreamCommand({ StreamArn: arn }));
	let { ShardIterator: iterator } = await streams.send(new GetShardIteratorCommand({
		StreamArn: arn, ShardId: told.Shards[0].ShardId, ShardIteratorType: "LATEST",
	}));
	await db.send(new PutItemCommand({ TableName: "Rides", Item: { ...key, Raw: { B: new Uint8Array([0, 255]) } } }));
	await db.send(new UpdateItemCommand({
		TableName: "Rides", Key: key, UpdateExpression: "SET Fare = :f", ExpressionAttributeValues: { ":f": { N: "12.50" } },
	}));
	await db.send(new DeleteItemCommand({ TableName: "Rides", Key: key }));
	const records = [];
	for (;;) {
		const page = await streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 2 }));
		records.push(...page.Records);
		iterator = page.NextShardIterator;
		if (!page.Records.length)
			break;
	}
	assert.deepEqual(records.map((record) => record.eventName), ["INSERT", "MODIFY", "REMOVE"]);
	assert.deepEqual(records[0].dynamodb.NewImage.Raw.B, new Uint8Array([0, 255]));
	assert.deepEqual(records[1].dynamodb.NewImage.Fare, { N: "12.5" });
	assert.deepEqual(records[2].dynamodb.OldImage, records[1].dynamodb.NewImage);
	assert.ok(records.every((record) => record.dynamodb.ApproximateCreationDateTime instanceof Date));
	assert.equal(new Set(records.map((record) => record.eventID)).size, 3);
});

test("a stream that is not there is AWS's own error", async () => {
	await assert.rejects(streams.send(new DescribeStreamCommand({ StreamArn: arn + "1" })), ResourceNotFoundException);
});
