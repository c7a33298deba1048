// PartiQL by the AWS SDK for JavaScript v3 and its lib-dynamodb.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import {
	BatchExecuteStatementCommand, DynamoDBDocumentClient, ExecuteStatementCommand, ExecuteTransactionCommand,
} from "@aws-sdk/lib-dynamodb";
import { Cloud } from "../support/cloud.mjs";

let cloud, documents;

before(async () => {
	cloud = await Cloud.start();
	const db = new DynamoDBClient(cloud.settings());
	documents = DynamoDBDocumentClient.from(db);
	await db.send(new CreateTableCommand({
		TableName: "Flowers", BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: [{ AttributeName: "Name", AttributeType: "S" }],
		KeySchema: [{ AttributeName: "Name", KeyType: "HASH" }],
	}));
	await waitUntilTableExists({ client: db, maxWaitTime: 20, minDelay: 1 }, { TableName: "Flowers" });
});

after(() => {
	cloud?.stop();
});

test("statements insert, select, update and delete documents", async () => {
	const item = { Name: "Rose", Colour: { main: "red", shades: [1, 2.5] }, Wild: false };
	await documents.send(new ExecuteStatementCommand({
		Statement: "INSERT INTO Flowers VALUE {'Name': ?, 'Colour': ?, 'Wild': ?}",
		Parameters: [item.Name, item.Colour, item.Wild],
	}));
	const found = await documents.send(new ExecuteStatementCommand({
		Statement: "SELECT * FROM Flowers WHERE \"Name\" = ?", Parameters: ["Rose"],
	}));
	assert.deepEqual(found.Items, [item]);
	const changed = await documents.send(new ExecuteStatementCommand({
		Statement: "UPDATE Flowers SET Colour.main = ? WHERE \"Name\" = ? RETURNING ALL NEW *",
		Parameters: ["white", "Rose"],
	}));
	assert.equal(changed.Items[0].Colour.main, "white");
	const gone = await documents.send(new ExecuteStatementCommand({
		Statement: "DELETE FROM Flowers WHERE \"Name\" = ? RETURNING ALL OLD *", Parameters: ["Rose"],
	}));
	assert.equal(gone.Items.length, 1);
});

test("batches and transactions carry documents", async () => {
	const batch = await documents.send(new BatchExecuteStatementCommand({
		Statements: ["Lily", "Iris"].map((name) => ({
			Statement: "INSERT INTO Flowers VALUE {'Name': ?, 'n': ?}", Parameters: [name, 1],
		})),
	}));
	assert.deepEqual(batch.Responses, [{ TableName: "Flowers" }, { TableName: "Flowers" }]);
	await documents.send(new ExecuteTransactionCommand({
		TransactStatements: ["Lily", "Iris"].map((name) => ({
			Statement: "UPDATE Flowers SET n = n + ? WHERE \"Name\" = ?", Parameters: [2, name],
		})),
	}));
	const read = await documents.send(new ExecuteTransactionCommand({
		TransactStatements: [{ Statement: "SELECT n FROM Flowers WHERE \"Name\" = ?", Parameters: ["Iris"] }],
	}));
	assert.deepEqual(read.Responses[0].Item, { n: 3 });
});

test("a name that is a keyword must stand in quotes", async () => {
	await assert.rejects(
		documents.send(new ExecuteStatementCommand({ Statement: "SELECT * FROM Flowers WHERE user = 'x'" })),
		{ name: "ValidationException",
			message: "Statement wasn't well formed, can't be processed: Unexpected keyword" });
});
