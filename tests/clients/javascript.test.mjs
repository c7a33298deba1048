// The AWS SDK for JavaScript v3 against the cloud: the path of lab 1's table, and what goes wrong.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
	CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient, ListTablesCommand, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
	DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, ScanCommand,
} from "@aws-sdk/lib-dynamodb";
import { Cloud } from "../support/cloud.mjs";

let cloud, db, documents;

before(async () => {
	cloud = await Cloud.start("--account", "123456789012");
	db = new DynamoDBClient(cloud.settings());
	documents = DynamoDBDocumentClient.from(db);
});

after(() => {
	cloud?.stop();
});

test("the SDK learns who it is", async () => {
	const who = await new STSClient(cloud.settings()).send(new GetCallerIdentityCommand({}));
	assert.equal(who.Account, "123456789012");
	assert.equal(who.Arn, "arn:aws:iam::123456789012:root");
});

test("a table is created, waited for, described and listed", async () => {
	await db.send(new CreateTableCommand({
		TableName: "Rides", BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: [{ AttributeName: "RideId", AttributeType: "S" }],
		KeySchema: [{ AttributeName: "RideId", KeyType: "HASH" }],
	}));
	const waited = await waitUntilTableExists({ client: db, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { TableName: "Rides" });
	assert.equal(waited.state, "SUCCESS");
	const { Table } = await db.send(new DescribeTableCommand({ TableName: "Rides" }));
	assert.ok(Table.CreationDateTime instanceof Date);
	assert.equal(Table.TableArn, "arn:aws:dynamodb:us-east-1:123456789012:table/Rides");
	assert.deepEqual((await db.send(new ListTablesCommand({}))).TableNames, ["Rides"]);
});

test("documents are put, got, queried, scanned and deleted", async () => {
	const item = { RideId: "r-1", Fare: 12.5, Unicorn: { Name: "Rocinante", Old: true, Left: null }, List: [1, "two"] };
	await documents.send(new PutCommand({ TableName: "Rides", Item: item }));
	assert.deepEqual((await documents.send(new GetCommand({ TableName: "Rides", Key: { RideId: "r-1" } }))).Item, item);
	const found = await documents.send(new QueryCommand({
		TableName: "Rides", KeyConditionExpression: "RideId = :r", ExpressionAttributeValues: { ":r": "r-1" },
	}));
	assert.deepEqual(found.Items, [item]);
	assert.equal((await documents.send(new ScanCommand({ TableName: "Rides" }))).Count, 1);
	await documents.send(new DeleteCommand({ TableName: "Rides", Key: { RideId: "r-1" } }));
	assert.equal((await documents.send(new GetCommand({ TableName: "Rides", Key: { RideId: "r-1" } }))).Item, undefined);
});

test("errors arrive as the SDK's classes", async () => {
	await assert.rejects(db.send(new DescribeTableCommand({ TableName: "rides" })),
		(e) => e.name === "ResourceNotFoundException" && e.$metadata.httpStatusCode === 400 && e.$metadata.requestId.length === 52);
});

test("a wrong secret is refused", async () => {
	const wrong = new DynamoDBClient(cloud.settings({ credentials: { accessKeyId: "test", secretAccessKey: "tesu" } }));
	await assert.rejects(wrong.send(new ListTablesCommand({})), { name: "InvalidSignatureException" });
});

test("a wrong region is named beside the right one", async () => {
	const elsewhere = new DynamoDBClient(cloud.settings({ region: "eu-south-1" }));
	await assert.rejects(elsewhere.send(new ListTablesCommand({})), /'eu-south-1'.*'us-east-1'/s);
});

test("a clock that is an hour slow is told so, and the SDK corrects itself by our Date header", async () => {
	const slow = new DynamoDBClient(cloud.settings({ systemClockOffset: -3600000 }));
	await assert.rejects(slow.send(new ListTablesCommand({})), /Signature expired: /);
	assert.deepEqual((await slow.send(new ListTablesCommand({}))).TableNames, ["Rides"]);
});

test("a browser's preflight and answers carry what another origin needs", async () => {
	const asked = await fetch(cloud.endpoint, {
		method: "OPTIONS",
		headers: { Origin: "http://x.example", "Access-Control-Request-Method": "POST",
			"Access-Control-Request-Headers": "authorization,x-amz-target" },
	});
	assert.equal(asked.status, 200);
	assert.equal(asked.headers.get("access-control-allow-origin"), "*");
	assert.match(asked.headers.get("access-control-allow-headers"), /x-amz-target/);
	const refused = await fetch(cloud.endpoint, { method: "POST", headers: { Origin: "http://x.example" }, body: "{}" });
	assert.equal(refused.headers.get("access-control-allow-origin"), "*");
	assert.match(refused.headers.get("access-control-expose-headers"), /x-amzn-RequestId/i);
});

test("a table is deleted", async () => {
	await db.send(new DeleteTableCommand({ TableName: "Rides" }));
});
