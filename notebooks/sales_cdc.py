# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Sales CDC: every change of an order, in its order
#
# Orders live in a DynamoDB table. Every insert, update and delete of an order reaches S3 as a line of JSON,
# by way of the table's stream, an EventBridge pipe, Kinesis and Firehose. The pipe uses the order's id as
# partition key: all changes of one order go through one shard of Kinesis, and keep their order.
#
# ```mermaid
# flowchart LR
#     T[("DynamoDB<br/>OrdersRawTable")]
#     T -- stream --> P{{"EventBridge pipe<br/>orders-raw-table-to-kinesis"}}
#     P -- partition key: the order id --> K[["Kinesis<br/>kinesis-for-sales-data"]]
#     K --> F["Firehose<br/>sales-data-to-s3"]
#     F <-- each batch --> L["Lambda<br/>sales-cdc-transformation"]
#     F -- a line for each change --> S[("S3<br/>kinesis-firehose-destination-yb")]
#     F -- what the function refused --> E[("the same bucket<br/>errors/")]
#     S --> C["Glue crawler<br/>sales-cdc-crawler"]
#     C -- table --> D[("Glue database<br/>sales-db")]
#     D --> A["Athena"]
#     S --> A
# ```
#
# It takes less than a minute, and needs no AWS account, no Docker and no network.

# %% [markdown]
# ## 1. A lab to work in
# The notebook needs a lab whose buffers wait a twentieth of their time: 5 s become 0.25 s. One that runs so
# on port 4566 is used if this pipeline is not set up there; otherwise the notebook starts one of its own,
# and stops it at the end.

# %%
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import matplotlib.pyplot as plt

from bootstrap.session import Session
from lab.notebook import NotebookLab
from lab.pipelines import pipeline
from lab.pipelines.base import RunRequest

lab = NotebookLab("sales_cdc", {"LAB_TIME_SCALE": "0.05"})
sales_cdc = pipeline("sales_cdc")
print(lab)

# %% [markdown]
# ## 2. Set the pipeline up
# `bootstrap` makes what is missing and says so; a second run finds nothing to do.

# %%
for change in sales_cdc.bootstrap(lab.settings):
    print(change)

again = Counter(change.action for change in sales_cdc.bootstrap(lab.settings))
print(again)
assert set(again) == {"unchanged"}

# %% [markdown]
# ## 3. Change an order
# An order is placed, corrected and cancelled: an insert, an update, a delete. Each leaves a record in the
# table's stream with the order before and after.

# %%
aws = Session(lab.settings)
dynamodb = aws.client("dynamodb")
order = {
    "orderid": {"S": "4291"},
    "product_name": {"S": "Aaron 1860"},
    "quantity": {"N": "2"},
    "price": {"N": "9923.66"},
}
dynamodb.put_item(TableName="OrdersRawTable", Item=order)
dynamodb.update_item(
    TableName="OrdersRawTable",
    Key={"orderid": {"S": "4291"}},
    UpdateExpression="SET quantity = :three",
    ExpressionAttributeValues={":three": {"N": "3"}},
)
dynamodb.delete_item(TableName="OrdersRawTable", Key={"orderid": {"S": "4291"}})

# %% [markdown]
# `verify` waits until nothing is on its way. Then it rebuilds the table from the files alone and compares it
# with DynamoDB, order by order.

# %%
verification = sales_cdc.verify(lab.settings)
print(verification.counts, verification.notes)
assert verification.ok, verification.differences
assert verification.counts["delivered"] == 3

# %% [markdown]
# ## 4. Before and after, in Kinesis
# `lab cdc sales_cdc 4291` shows the same on a terminal.

# %%
told = sales_cdc.history(lab.settings, "4291")
for one in told:
    print(one.event, one.shard, "partition key", one.partition_key)
    print("  before", one.before)
    print("  after ", one.after)

assert [one.event for one in told] == ["INSERT", "MODIFY", "REMOVE"]
assert told[1].changed() == ["quantity"]
assert (told[0].before, told[2].after) == (None, None)

# %% [markdown]
# The partition key is the order's id. So the three records lie in one shard, in the order in which they
# happened.

# %%
assert {one.partition_key for one in told} == {"4291"}
assert len({one.shard for one in told}) == 1

# %% [markdown]
# ## 5. And in S3
# Firehose gathered the records, had the Lambda function make lines of them, and wrote an object whose name
# begins with the hour. A deleted order is told as it was, and `cdc_event_type` says that it is gone.

# %%
s3 = aws.client("s3")
lines = []
for place in sorted({one.file.rpartition(" line ")[0] for one in told}):
    bucket, _, key = place.partition("/")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    print(key)
    print(body)
    lines += [json.loads(line) for line in body.splitlines()]

lines.sort(key=lambda line: int(line["cdc_sequence_number"]))
assert [line["cdc_event_type"] for line in lines] == ["INSERT", "MODIFY", "REMOVE"]
assert [line["quantity"] for line in lines] == [2, 3, 3]

# %% [markdown]
# ## 6. Many changes, and how far behind each hop is
# A flow of inserts, updates and deletes, written in batches: 100 a second for five seconds. Meanwhile
# `watch` counts what each hop has.

# %%
request = RunRequest(seed=42, rate=100, duration=5)
glances = []
with ThreadPoolExecutor(1) as other:
    running = other.submit(sales_cdc.run, lab.settings, request)
    for glance in sales_cdc.watch(lab.settings, every=0.2):
        glances.append(glance)
        if running.done():
            break
report = running.result()
print(report.verification.counts)

assert report.ok, report.verification.differences
assert report.verification.counts["generated"] == report.verification.counts["delivered"]

# %%
times = [datetime.fromisoformat(glance.at) for glance in glances]
seconds = [(time - times[0]).total_seconds() for time in times]
hops = {
    "streamed": "in the table's stream",
    "in Kinesis": "in Kinesis",
    "lines in files": "in files",
}
figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
for (name, label), colour in zip(hops.items(), ("#264653", "#2a9d8f", "#e76f51"), strict=True):
    axes.plot(
        seconds,
        [glance.counts[name] for glance in glances],
        label=label,
        color=colour,
        drawstyle="steps-post",
    )
axes.set_xlabel("seconds")
axes.set_ylabel("changes")
axes.set_title("The lag of a hop is the way to the right from the line before it")
axes.legend(frameon=False)
plt.show()

last = glances[-1].counts
assert last["streamed"] == last["in Kinesis"] == last["lines in files"]

# %% [markdown]
# ## 7. Account for everything
# The exit code of `lab verify sales_cdc` is 1 as soon as one order differs.

# %%
verification = sales_cdc.verify(lab.settings)
for name, count in verification.counts.items():
    print(f"{count:>7,}  {name}")
assert verification.ok, verification.differences

# %% [markdown]
# ## 8. A table out of files
# The run crawled already. Here it is done by hand, as after every hour: the crawler reads the files, takes
# the columns that its classifier names, and registers a partition for each hour's folder.

# %%
crawled = sales_cdc.crawl(lab.settings)
for table, columns in crawled.tables.items():
    print(table)
    for column, kind in columns.items():
        print(f"    {column:24} {kind}")
print(crawled.partitions, "partitions")

columns = crawled.tables["cdc"]
assert {name: columns[name] for name in ("orderid", "product_name", "quantity", "price")} == {
    "orderid": "string",
    "product_name": "string",
    "quantity": "int",
    "price": "double",
}
assert list(columns)[-4:] == ["partition_0", "partition_1", "partition_2", "partition_3"]

# %% [markdown]
# ## 9. Ask Athena
# The rows are the lines of the files. How many changes of each kind are there, and how many orders?
# `lab query sales_cdc "SELECT …"` does the same on a terminal.

# %%
answer = sales_cdc.query(
    lab.settings,
    """
    SELECT cdc_event_type, count(*) AS changes, count(DISTINCT orderid) AS orders
    FROM cdc
    GROUP BY cdc_event_type
    ORDER BY changes DESC
""",
)
print(answer.columns)
for row in answer.rows:
    print(row)

assert sum(int(row[1]) for row in answer.rows) == verification.counts["lines in files"]

# %% [markdown]
# The pipeline comes with saved queries. `before_and_after` takes an order's id, as a parameter of the query.

# %%
saved = sales_cdc.saved(lab.settings)
print(list(saved))
for row in sales_cdc.query(lab.settings, saved["before_and_after"], ["'4291'"]).dicts():
    print(row)

events = sales_cdc.query(lab.settings, saved["before_and_after"], ["'4291'"]).dicts()
assert [row["event"] for row in events] == ["INSERT", "MODIFY", "REMOVE"]
assert [(row["quantity_before"], row["quantity_after"]) for row in events] == [
    (None, "2"),
    ("2", "3"),
    ("3", None),
]

# %% [markdown]
# ## 10. The current state, against the table
# A window function keeps the last change of each order. What is left is what DynamoDB holds, order by order.

# %%
print(saved["current_state"])
state = {row["orderid"]: row for row in sales_cdc.query(lab.settings, saved["current_state"]).dicts()}

items = {}
for page in dynamodb.get_paginator("scan").paginate(TableName="OrdersRawTable"):
    items |= {item["orderid"]["S"]: item for item in page["Items"]}
print(len(state), "orders in Athena,", len(items), "in DynamoDB")

assert state.keys() == items.keys()
assert all(int(state[key]["quantity"]) == int(items[key]["quantity"]["N"]) for key in items)
assert all(float(state[key]["price"]) == float(items[key]["price"]["N"]) for key in items)

# %% [markdown]
# ## 11. Revenue by product and hour
# What the orders that still stand are worth, by the hour in which they were placed.

# %%
revenue = sales_cdc.query(lab.settings, saved["revenue_per_product_and_hour"]).dicts()
hours = sorted({row["hour"] for row in revenue})
products = sorted({row["product_name"] for row in revenue})
worth = {(row["hour"], row["product_name"]): float(row["revenue"]) for row in revenue}

figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
for number, hour in enumerate(hours):
    heights = [worth.get((hour, product), 0.0) / 1e6 for product in products]
    places = [place + (number - (len(hours) - 1) / 2) * 0.8 / len(hours) for place in range(len(products))]
    colour = ("#2a9d8f", "#e76f51", "#264653")[number % 3]
    axes.barh(places, heights, height=0.8 / len(hours), label=hour, color=colour)
axes.set_yticks(range(len(products)), products)
axes.set_xlabel("million rupees")
axes.set_title("Revenue by product and hour (UTC)")
axes.legend(frameon=False)
plt.show()

total = sum(float(item["price"]["N"]) * int(item["quantity"]["N"]) for item in items.values())
assert abs(sum(worth.values()) - total) < 0.01 * len(worth)

# %% [markdown]
# ## 12. Clean up
# `teardown` removes what the pipeline made, and nothing else.

# %%
removed = sales_cdc.teardown(lab.settings)
print(f"{len(removed)} resources removed")
assert {change.action for change in removed} == {"deleted"}
assert sales_cdc.teardown(lab.settings) == []

lab.close()
