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
# # Sales performance outlook: larger files, in another region
#
# The same chain again, in Sydney (`ap-southeast-2`), and tuned for fewer, larger files: Firehose gathers
# records for 15 s before it calls the function, and lines for 60 s before it writes an object.
#
# ```mermaid
# flowchart LR
#     T[("DynamoDB<br/>Orders-data-table")]
#     T -- stream --> P{{"EventBridge pipe<br/>orders-data-table-to-kinesis"}}
#     P -- partition key: eventID --> K[["Kinesis<br/>kinesis-sales-order"]]
#     K --> F["Firehose<br/>kinesis-sales-order-to-s3"]
#     F <-- each batch --> L["Lambda<br/>sales-outlook-transformation"]
#     F -- a line for each change --> S[("S3<br/>sales-performance-outlook-data")]
#     F -- what the function refused --> E[("the same bucket<br/>errors/")]
#     S --> C["Glue crawler<br/>sales-outlook-crawler"]
#     C -- table --> D[("Glue database<br/>sales-data-catalog")]
#     D --> A["Athena"]
#     S --> A
# ```
#
# It takes less than a minute, and needs no AWS account, no Docker and no network.

# %% [markdown]
# ## 1. A lab to work in
# The notebook needs a lab whose buffers wait a twentieth of their time: 15 s become 0.75 s, and 60 s become
# 3 s. One that runs so on port 4566 is used if this pipeline is not set up there; otherwise the notebook
# starts one of its own, and stops it at the end.

# %%
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import matplotlib.pyplot as plt
from IPython.display import display

from bootstrap.session import Session
from lab.notebook import NotebookLab
from lab.pipelines import pipeline
from lab.pipelines.base import RunRequest

lab = NotebookLab("sales_outlook", {"LAB_TIME_SCALE": "0.05"})
sales_outlook = pipeline("sales_outlook")
print(lab)

# %% [markdown]
# ## 2. Set the pipeline up
# `bootstrap` makes what is missing and says so; a second run finds nothing to do.

# %%
for change in sales_outlook.bootstrap(lab.settings):
    print(change)

again = Counter(change.action for change in sales_outlook.bootstrap(lab.settings))
print(again)
assert set(again) == {"unchanged"}

# %% [markdown]
# ## 3. Change an order
# An order is placed, corrected and cancelled: an insert, an update, a delete. Each leaves a record in the
# table's stream with the order before and after.

# %%
aws = Session(lab.settings, region="ap-southeast-2")
dynamodb = aws.client("dynamodb")
order = {
    "order_id": {"S": "4291"},
    "product_name": {"S": "Aaron 1860"},
    "quantity": {"N": "2"},
    "price": {"N": "9923.66"},
}
dynamodb.put_item(TableName="Orders-data-table", Item=order)
dynamodb.update_item(
    TableName="Orders-data-table",
    Key={"order_id": {"S": "4291"}},
    UpdateExpression="SET quantity = :three",
    ExpressionAttributeValues={":three": {"N": "3"}},
)
cancelled = dynamodb.delete_item(TableName="Orders-data-table", Key={"order_id": {"S": "4291"}})
print("order 4291 is placed, corrected and cancelled: HTTP", cancelled["ResponseMetadata"]["HTTPStatusCode"])

# %% [markdown]
# `verify` waits until nothing is on its way. Then it rebuilds the table from the files alone and compares it
# with DynamoDB, order by order.

# %%
verification = sales_outlook.verify(lab.settings)
for name, count in verification.counts.items():
    print(f"{count:>7,}  {name}")
print(*verification.notes)
assert verification.ok, verification.differences
assert verification.counts["delivered"] == 3

# %% [markdown]
# ## 4. Before and after, in Kinesis
# `lab cdc sales_outlook 4291` shows the same on a terminal.

# %%
told = sales_outlook.history(lab.settings, "4291")
for one in told:
    print(one.event, one.shard, "partition key", one.partition_key)
    print("  before", one.before)
    print("  after ", one.after)

assert [one.event for one in told] == ["INSERT", "MODIFY", "REMOVE"]
assert told[1].changed() == ["quantity"]
assert (told[0].before, told[2].after) == (None, None)

# %% [markdown]
# ## 5. And in S3
# All three changes were made within one interval, so one object holds them.

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
# Fifty changes a second for eight seconds. In the plot the files come in steps: each is one buffer that was
# full of time.

# %%
request = RunRequest(seed=42, rate=50, duration=8)
glances = []
with ThreadPoolExecutor(1) as other:
    running = other.submit(sales_outlook.run, lab.settings, request)
    for glance in sales_outlook.watch(lab.settings, every=0.2):
        glances.append(glance)
        if running.done():
            break
report = running.result()
for name, count in report.verification.counts.items():
    print(f"{count:>7,}  {name}")

assert report.ok, report.verification.differences
assert report.verification.counts["generated"] == report.verification.counts["delivered"]

# %% [markdown]
# You should see three lines that climb to one height: nothing is lost. The lag of a hop is how far its line
# lies to the right of the one before it.

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
last = glances[-1].counts
arrived = next(
    second
    for second, glance in zip(seconds, glances, strict=True)
    if glance.counts["lines in files"] == last["lines in files"]
)
axes.set_xlim(0, arrived * 1.1)
axes.set_ylim(bottom=0)
axes.set_xlabel("seconds since the first look")
axes.set_ylabel("changes so far")
axes.set_title("How many changes each hop has")
axes.grid(axis="y", alpha=0.3)
axes.legend(frameon=False, loc="upper left")
plt.show()

assert last["streamed"] == last["in Kinesis"] == last["lines in files"]

# %% [markdown]
# ## 7. Account for everything
# The exit code of `lab verify sales_outlook` is 1 as soon as one order differs.

# %%
verification = sales_outlook.verify(lab.settings)
for name, count in verification.counts.items():
    print(f"{count:>7,}  {name}")
assert verification.ok, verification.differences

# %% [markdown]
# Few files hold all of it.

# %%
assert verification.counts["files"] < verification.counts["delivered"] / 10

# %% [markdown]
# ## 8. A table out of files
# The run crawled already. Here it is done by hand, as after every hour: the crawler reads the files, takes
# the columns that its classifier names, and registers a partition for each hour's folder.

# %%
crawled = sales_outlook.crawl(lab.settings)
for table, columns in crawled.tables.items():
    print(table)
    for column, kind in columns.items():
        print(f"    {column:24} {kind}")
print("partitions:", crawled.partitions)

columns = crawled.tables["outlook_cdc"]
assert {name: columns[name] for name in ("order_id", "product_name", "quantity", "price")} == {
    "order_id": "string",
    "product_name": "string",
    "quantity": "int",
    "price": "double",
}
assert list(columns)[-4:] == ["partition_0", "partition_1", "partition_2", "partition_3"]

# %% [markdown]
# ## 9. Ask Athena
# The classifier takes four fields of each line, so that the crawler's table has no more columns than these
# and the four parts of the hour's folder. The second table, `outlook_order_changes`, was made by the
# bootstrap: it has every field, and its partitions are computed from the clock instead of being registered.
# `lab query sales_outlook "SELECT …"` does the same on a terminal. You should see a row for each product.

# %%
answer = sales_outlook.query(
    lab.settings,
    """
    SELECT product_name, count(*) AS lines, sum(quantity) AS items, partition_3 AS hour
    FROM outlook_cdc
    GROUP BY product_name, partition_3
    ORDER BY lines DESC, product_name
""",
)
display(answer)

assert sum(int(row[1]) for row in answer.rows) == verification.counts["lines in files"]

# %% [markdown]
# The pipeline comes with saved queries. `before_and_after` takes an order's id, as a parameter of the query.
# You should see order 4291 placed, corrected from 2 to 3 items, and cancelled.

# %%
saved = sales_outlook.saved(lab.settings)
print(list(saved))
answer = sales_outlook.query(lab.settings, saved["before_and_after"], ["'4291'"])
display(answer)

events = answer.dicts()
assert [row["event"] for row in events] == ["INSERT", "MODIFY", "REMOVE"]
assert [(row["quantity_before"], row["quantity_after"]) for row in events] == [
    (None, "2"),
    ("2", "3"),
    ("3", None),
]

# %% [markdown]
# ## 10. The current state, against the table
# A window function keeps the last change of each order. You should see what DynamoDB holds, order by order,
# and without 4291, which was cancelled.

# %%
print(saved["current_state"])
answer = sales_outlook.query(lab.settings, saved["current_state"])
display(answer)
state = {row["order_id"]: row for row in answer.dicts()}

items = {}
for page in dynamodb.get_paginator("scan").paginate(TableName="Orders-data-table"):
    items |= {item["order_id"]["S"]: item for item in page["Items"]}
print(len(state), "orders in Athena,", len(items), "in DynamoDB")

assert state.keys() == items.keys()
assert "4291" not in state
assert all(int(state[key]["quantity"]) == int(items[key]["quantity"]["N"]) for key in items)
assert all(float(state[key]["price"]) == float(items[key]["price"]["N"]) for key in items)

# %% [markdown]
# ## 11. Revenue by product and hour
# What the orders that still stand are worth, by the hour in which they were placed. You should see a bar for
# each product, and two of different colours where an hour of the clock ended during the run.

# %%
answer = sales_outlook.query(lab.settings, saved["revenue_per_product_and_hour"])
display(answer)
revenue = answer.dicts()
worth = {(row["hour"], row["product_name"]): float(row["revenue"]) for row in revenue}
hours = sorted({hour for hour, _ in worth})
products = sorted(
    {product for _, product in worth},
    key=lambda product: sum(worth.get((hour, product), 0.0) for hour in hours),
)

figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
thickness = 0.8 / len(hours)
for number, hour in enumerate(hours):
    places = [place + (number - (len(hours) - 1) / 2) * thickness for place in range(len(products))]
    millions = [worth.get((hour, product), 0.0) / 1e6 for product in products]
    colour = ("#2a9d8f", "#e76f51", "#264653")[number % 3]
    bars = axes.barh(places, millions, height=thickness, label=hour, color=colour)
    axes.bar_label(bars, fmt="%.2f", padding=3)
axes.set_yticks(range(len(products)), products)
axes.margins(x=0.1)
axes.set_xlabel("revenue in million rupees")
axes.set_title("What the orders that still stand are worth, by product")
axes.legend(title="placed in the hour from (UTC)", frameon=False, loc="lower right")
plt.show()

total = sum(float(item["price"]["N"]) * int(item["quantity"]["N"]) for item in items.values())
assert abs(sum(worth.values()) - total) < 0.01 * len(worth)

# %% [markdown]
# ## 12. Clean up
# `teardown` removes what the pipeline made, and nothing else. A second time it finds nothing.

# %%
removed = sales_outlook.teardown(lab.settings)
print(f"{len(removed)} resources removed")
assert {change.action for change in removed} == {"deleted"}
assert sales_outlook.teardown(lab.settings) == []

lab.close()
