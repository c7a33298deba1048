#!/usr/bin/env python3
"""Logs and metrics by boto3 and the aws command; every answer is held against botocore's model."""
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import OFTEN, Server, Tap
from model import watch

tap = Tap()
fails = tap.fails_saying


def groups_and_events(logs):
    logs.create_log_group(logGroupName="/app/web", tags={"team": "unicorn"})
    logs.create_log_stream(logGroupName="/app/web", logStreamName="one")
    now = int(time.time() * 1000)
    logs.put_log_events(logGroupName="/app/web", logStreamName="one", logEvents=[
        {"timestamp": now + n, "message": "%s line %d" % ("ERROR" if n % 10 == 0 else "INFO", n)} for n in range(100)])
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName="/app/web", filterPattern="ERROR", PaginationConfig={"PageSize": 3})
    found = [event["message"] for page in pages for event in page["events"]]
    tap.ok(found == ["ERROR line %d" % n for n in range(0, 100, 10)], "a paginator finds what a pattern matches", found)
    events = logs.get_log_events(logGroupName="/app/web", logStreamName="one", limit=5)
    tap.ok([e["message"] for e in events["events"]] == ["%s line %d" % ("INFO", n) for n in range(95, 100)],
           "the last events come first", events)
    logs.put_retention_policy(logGroupName="/app/web", retentionInDays=7)
    group = logs.describe_log_groups(logGroupNamePrefix="/app")["logGroups"][0]
    tap.ok(group["retentionInDays"] == 7 and group["storedBytes"] > 0, "a group tells what it keeps", group)
    streams = logs.describe_log_streams(logGroupName="/app/web", orderBy="LastEventTime", descending=True)["logStreams"]
    tap.ok(streams[0]["lastEventTimestamp"] == now + 99, "a stream tells when its last event was", streams)
    fails("a group that is there is not made again", "ResourceAlreadyExistsException", "already exists",
          lambda: logs.create_log_group(logGroupName="/app/web"))


def much_is_searched_in_parts(logs):
    """Or a search that finds nothing would hold up all that the account does."""
    logs.create_log_group(logGroupName="/app/huge")
    logs.create_log_stream(logGroupName="/app/huge", logStreamName="one")
    now, filler = int(time.time() * 1000), "x" * 250000
    for batch in range(18):
        logs.put_log_events(logGroupName="/app/huge", logStreamName="one", logEvents=[
            {"timestamp": now + 4 * batch + n, "message": filler} for n in range(4)])
    logs.put_log_events(logGroupName="/app/huge", logStreamName="one", logEvents=[{"timestamp": now + 99, "message": "the needle"}])
    page = logs.filter_log_events(logGroupName="/app/huge", filterPattern="needle")
    tap.ok(page["events"] == [] and page.get("nextToken"), "a search through much is interrupted", page)
    found = list(logs.get_paginator("filter_log_events").paginate(logGroupName="/app/huge", filterPattern="needle"))
    tap.ok([e["message"] for page in found for e in page["events"]] == ["the needle"] and len(found) == 2,
           "and goes on where it was", found)


def queries(logs):
    now = int(time.time())
    query = logs.start_query(logGroupName="/app/web", startTime=now - 3600, endTime=now + 3600,
                             queryString="filter @message like 'line 4' | stats count(*) as n by @logStream")["queryId"]
    got = logs.get_query_results(queryId=query)
    tap.ok(got["status"] == "Complete" and {"field": "n", "value": "11"} in got["results"][0], "a query of Logs Insights counts", got)
    listed = logs.describe_queries(logGroupName="/app/web")["queries"]
    tap.ok([each["queryId"] for each in listed] == [query], "and is listed", listed)


def kept(logs):
    logs.create_log_group(logGroupName="/app/large")
    logs.create_log_stream(logGroupName="/app/large", logStreamName="one")
    now = int(time.time())
    for _ in range(8):
        logs.put_log_events(logGroupName="/app/large", logStreamName="one", logEvents=[
            {"timestamp": now * 1000, "message": "x" * 200000}] * 5)
    ids = [logs.start_query(logGroupName="/app/large", startTime=now - 3600, endTime=now + 3600, queryString="fields @message")["queryId"]
           for _ in range(5)]
    got = logs.get_query_results(queryId=ids[-1])
    tap.ok(got["status"] == "Complete" and len(got["results"]) == 40, "a large answer comes whole", got["status"])
    found = [each["queryId"] for each in logs.describe_queries(logGroupName="/app/large")["queries"]]
    tap.ok(found == ids[:0:-1], "and of many large answers the last are kept", (found, ids))
    fails("the first are forgotten", "ResourceNotFoundException", "Query does not exist", lambda: logs.get_query_results(queryId=ids[0]))


def metric_filters(logs, cloudwatch):
    logs.put_metric_filter(logGroupName="/app/web", filterName="latency", filterPattern="{ $.latency > 100 }",
                           metricTransformations=[{"metricName": "Slow", "metricNamespace": "App", "metricValue": "$.latency",
                                                   "dimensions": {"Path": "$.path"}, "unit": "Milliseconds"}])
    now = int(time.time() * 1000)
    embedded = {"_aws": {"Timestamp": now, "CloudWatchMetrics": [
        {"Namespace": "Embedded", "Dimensions": [["Service"], []], "Metrics": [{"Name": "Orders", "Unit": "Count"}]}]},
        "Service": "shop", "Orders": [1, 2, 3]}
    logs.put_log_events(logGroupName="/app/web", logStreamName="one", logEvents=[
        {"timestamp": now, "message": json.dumps({"latency": latency, "path": "/rides"})} for latency in (50, 150, 250)
    ] + [{"timestamp": now, "message": json.dumps(embedded)}])
    start, end = datetime.now(timezone.utc) - timedelta(minutes=5), datetime.now(timezone.utc) + timedelta(minutes=5)
    got = cloudwatch.get_metric_statistics(Namespace="App", MetricName="Slow", StartTime=start, EndTime=end, Period=600,
                                           Dimensions=[{"Name": "Path", "Value": "/rides"}], Statistics=["Sum", "SampleCount"])
    tap.ok(got["Datapoints"][0]["Sum"] == 400 and got["Datapoints"][0]["SampleCount"] == 2,
           "a metric filter makes values of matching events", got)
    got = cloudwatch.get_metric_data(StartTime=start, EndTime=end, MetricDataQueries=[
        {"Id": "m1", "MetricStat": {"Metric": {"Namespace": "Embedded", "MetricName": "Orders", "Dimensions": [
            {"Name": "Service", "Value": "shop"}]}, "Period": 600, "Stat": "Sum"}},
        {"Id": "e1", "Expression": "SUM(SEARCH('{Embedded} Orders', 'Sum', 600))"}])
    tap.ok([r["Values"] for r in got["MetricDataResults"]] == [[6.0], [6.0]], "embedded metrics are taken out of events", got)


def metrics(cloudwatch):
    now = datetime.now(timezone.utc)
    cloudwatch.put_metric_data(Namespace="Rides", MetricData=[
        {"MetricName": "Distance", "Values": [float(n) for n in range(100)], "Timestamp": now, "Unit": "Count"}])
    got = cloudwatch.get_metric_statistics(Namespace="Rides", MetricName="Distance", StartTime=now - timedelta(minutes=5),
                                           EndTime=now + timedelta(minutes=5), Period=3600, Statistics=["Average"],
                                           ExtendedStatistics=["p90"])
    point = got["Datapoints"][0]
    tap.ok(point["Average"] == 49.5 and abs(point["ExtendedStatistics"]["p90"] - 90) < 5, "values become statistics", got)
    listed = [m for page in cloudwatch.get_paginator("list_metrics").paginate(Namespace="Rides") for m in page["Metrics"]]
    tap.ok([m["MetricName"] for m in listed] == ["Distance"], "and metrics are listed", listed)
    cloudwatch.put_metric_alarm(AlarmName="far", Namespace="Rides", MetricName="Distance", Statistic="Maximum", Period=60,
                                EvaluationPeriods=1, Threshold=10, ComparisonOperator="GreaterThanThreshold")
    alarm = cloudwatch.describe_alarms(AlarmNames=["far"])["MetricAlarms"][0]
    tap.ok(alarm["Threshold"] == 10.0 and alarm["ActionsEnabled"] is True, "an alarm is described", alarm)
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody='{"widgets": []}')
    tap.ok(cloudwatch.list_dashboards()["DashboardEntries"][0]["DashboardName"] == "d", "a dashboard is listed")
    cloudwatch.tag_resource(ResourceARN=alarm["AlarmArn"], Tags=[{"Key": "a", "Value": "b"}])
    cloudwatch.delete_dashboards(DashboardNames=["d"])
    fails("a dashboard that is gone is not found", "ResourceNotFound", "does not exist",
          lambda: cloudwatch.get_dashboard(DashboardName="d"))
    fails("a wrong value is told in the service's own code", "InvalidParameterValue", "AWS/",
          lambda: cloudwatch.put_metric_data(Namespace="AWS/X", MetricData=[{"MetricName": "a", "Value": 1}]))


def of_tables(dynamodb, cloudwatch):
    """DynamoDB tells what was consumed, how long it took, and what failed."""
    dynamodb.create_table(TableName="Rides", BillingMode="PAY_PER_REQUEST",
                          KeySchema=[{"AttributeName": "RideId", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "RideId", "AttributeType": "S"}])
    dynamodb.get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
    for number in range(3):
        dynamodb.put_item(TableName="Rides", Item={"RideId": {"S": str(number)}, "Map": {"S": "x" * 1500}})
    dynamodb.scan(TableName="Rides", ConsistentRead=True)
    fails("a condition fails", "ConditionalCheckFailedException", "The conditional request failed", lambda: dynamodb.put_item(
        TableName="Rides", Item={"RideId": {"S": "0"}}, ConditionExpression="attribute_not_exists(RideId)"))
    start, end = datetime.now(timezone.utc) - timedelta(minutes=5), datetime.now(timezone.utc) + timedelta(minutes=5)

    def sums(name, count, operation=None):
        """The sum of a metric of the table once it is of so many values."""
        more = [{"Name": "Operation", "Value": operation}] if operation else []
        until = time.monotonic() + 10
        while time.monotonic() < until:
            got = cloudwatch.get_metric_statistics(
                Namespace="AWS/DynamoDB", MetricName=name, StartTime=start, EndTime=end, Period=600,
                Dimensions=[{"Name": "TableName", "Value": "Rides"}] + more, Statistics=["Sum", "SampleCount"])["Datapoints"]
            if got and sum(point["SampleCount"] for point in got) == count:
                return sum(point["Sum"] for point in got)
            time.sleep(0.1)
        return got

    found = [sums("ConsumedWriteCapacityUnits", 4), sums("ConsumedReadCapacityUnits", 1),
             sums("ConditionalCheckFailedRequests", 1), sums("ReturnedItemCount", 1, "Scan")]
    tap.ok(found == [8, 2, 1, 3], "a table's metrics tell what was consumed, returned and refused", found)
    found = sums("SuccessfulRequestLatency", 3, "PutItem")
    tap.ok(isinstance(found, float) and 0 < found < 3000, "and how long it took", found)


def command_line(person, port):
    environment = dict(os.environ, AWS_ACCESS_KEY_ID=person["accessKeyId"], AWS_DEFAULT_REGION=person["region"],
                       AWS_SECRET_ACCESS_KEY=person["secretAccessKey"], AWS_ENDPOINT_URL="http://127.0.0.1:%d" % port)
    run = subprocess.run(["aws", "logs", "filter-log-events", "--log-group-name", "/app/web", "--filter-pattern", '"line 42"',
                          "--query", "events[].message", "--output", "text"],
                         env=environment, capture_output=True, text=True)
    tap.ok(run.stdout.strip() == "INFO line 42", "aws logs filter-log-events shows what a pattern matches", run.stdout + run.stderr)
    run = subprocess.run(["aws", "cloudwatch", "list-metrics", "--namespace", "Rides", "--output", "text"],
                         env=environment, capture_output=True, text=True)
    tap.ok("Distance" in run.stdout, "aws cloudwatch list-metrics lists", run.stdout + run.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        person = server.join("Ada")
        options = {"aws_access_key_id": person["accessKeyId"], "aws_secret_access_key": person["secretAccessKey"],
                   "region_name": person["region"], "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port,
                   "config": Config(retries={"total_max_attempts": 1})}
        logs, cloudwatch = boto3.client("logs", **options), boto3.client("cloudwatch", **options)
        one, other = watch(logs), watch(cloudwatch)
        groups_and_events(logs)
        queries(logs)
        much_is_searched_in_parts(logs)
        kept(logs)
        metric_filters(logs, cloudwatch)
        metrics(cloudwatch)
        of_tables(boto3.client("dynamodb", **options), cloudwatch)
        command_line(person, server.cloud_port)
        complaints = one + other
        tap.ok(not complaints, "every answer is what botocore's model says", "\n".join(complaints))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
