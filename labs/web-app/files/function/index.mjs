// RequestUnicorn: answers POST /ride. Picks a unicorn, remembers the ride in the table Rides, and says who comes.
import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";

// Outside the handler: made once for each environment, and used by every request that it serves.
const table = DynamoDBDocumentClient.from(new DynamoDBClient());

const fleet = [
  { Name: "Bucephalus", Color: "Golden", Gender: "Male" },
  { Name: "Shadowfax", Color: "White", Gender: "Male" },
  { Name: "Rocinante", Color: "Yellow", Gender: "Female" },
];

export const handler = async (event, context) => {
  // The API's authorizer has checked the rider's token; without it nobody knows who is asking.
  if (!event.requestContext?.authorizer) {
    return answer(500, { Error: "Authorization not configured", Reference: context.awsRequestId });
  }
  const rider = event.requestContext.authorizer.claims["cognito:username"];
  const { PickupLocation } = JSON.parse(event.body);
  const unicorn = fleet[Math.floor(Math.random() * fleet.length)];
  const rideId = randomBytes(16).toString("base64url");

  console.log(`${unicorn.Name} goes to ${PickupLocation.Latitude}, ${PickupLocation.Longitude} (ride ${rideId})`);
  try {
    await table.send(
      new PutCommand({
        TableName: "Rides",
        Item: {
          RideId: rideId,
          User: rider,
          Unicorn: unicorn,
          UnicornName: unicorn.Name,
          RequestTime: new Date().toISOString(),
        },
      }),
    );
  } catch (error) {
    console.error(error);
    return answer(500, { Error: error.message, Reference: context.awsRequestId });
  }
  return answer(201, { RideId: rideId, Unicorn: unicorn, UnicornName: unicorn.Name, Eta: "30 seconds", Rider: rider });
};

function answer(statusCode, body) {
  return {
    statusCode,
    body: JSON.stringify(body),
    // The page comes from another origin than the API: without this the browser keeps the answer from it.
    headers: { "Access-Control-Allow-Origin": "*" },
  };
}
