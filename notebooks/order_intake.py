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
# # Order intake: from a file in S3 to DynamoDB, or to a dead-letter queue
#
# A shop drops order files into a bucket. Every order must end in one of two places: the table of valid
# orders, or the dead-letter queue with every reason why it was refused. This notebook sets the pipeline up,
# sends a few orders and then a thousand, breaks something on purpose, and repairs it.
#
# ```mermaid
# flowchart LR
#     S3[("S3<br/>orders-data-input-yb")] -- Object Created --> R{{"EventBridge<br/>s3-orders-json-data"}}
#     R --> SF["Step Functions<br/>Sales-Data-StateMachine"]
#     SF -- each order --> L["Lambda<br/>order-json-data-process"]
#     L -- valid --> D[("DynamoDB<br/>valid-orders-data")]
#     L -- refused, with its reasons --> Q[/"SQS<br/>order-data-dlq"/]
#     SF -- bad file, or a service that stays down --> Q
#     Q -. lab redrive .-> SF
# ```
#
# It takes about half a minute, and needs no AWS account, no Docker and no network.

# %% [markdown]
# ## 1. A lab to work in
# If a lab of yours runs on port 4566 and this pipeline is not set up there, it is used. Otherwise the
# notebook starts one of its own, and stops it at the end.

# %%
import json
import tempfile
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt

from bootstrap.session import Session
from generator.orders import generate
from lab.notebook import NotebookLab
from lab.pipelines import pipeline
from lab.pipelines.base import RunRequest

lab = NotebookLab("order_intake")
order_intake = pipeline("order_intake")
aws = Session(lab.settings)
print(lab)

# %% [markdown]
# ## 2. Set the pipeline up
# `bootstrap` looks at each resource, makes what is missing, changes what differs, and says so. A second run
# finds nothing to do.

# %%
for change in order_intake.bootstrap(lab.settings):
    print(change)

# %%
again = Counter(change.action for change in order_intake.bootstrap(lab.settings))
print(again)
assert set(again) == {"unchanged"}

# %% [markdown]
# ## 3. Two orders, two fates
# The generator invents orders; the same seed always gives the same ones. Of these two, the second lacks its
# `contact-info`.

# %%
good, bad = next(generate(1, seed=1)), next(generate(1, seed=2, invalid={"missing_contact": 1}))
print(good)
print(bad)

# %%
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "order-data.json"
    file.write_text(json.dumps({"orders": [good, bad]}), encoding="utf-8")
    report = order_intake.run(lab.settings, RunRequest(input=file))

for fate in report.fates:
    print(f"{fate.record:>12} → {fate.place}  {fate.reason}")
print(f"{report.seconds:.2f} s from the file's arrival to the end")

assert [fate.place for fate in report.fates] == ["valid-orders-data", "order-data-dlq"]

# %% [markdown]
# In the table the order stands as it was sent, with `order_id` as its key and `intake` saying where it came
# from.

# %%
row = aws.client("dynamodb").get_item(TableName="valid-orders-data", Key={"order_id": {"S": "1-1"}})["Item"]
for name, value in row.items():
    print(name, value)
assert row["intake"]["M"]["key"]["S"] == "order-data.json"

# %% [markdown]
# ## 4. A thousand orders, a tenth of them wrong
# More than a single Map state can hold on AWS: the file goes through a *distributed* Map, stretch by stretch.

# %%
shares = {"missing_contact": 0.04, "invalid_email": 0.03, "invalid_quantity": 0.02, "not_an_object": 0.01}
report = order_intake.run(lab.settings, RunRequest(records=1_000, seed=42, invalid=shares))
print(report.verification.counts)

assert report.ok, report.verification.differences
assert report.verification.counts["orders"] == 1_000 == len(report.fates)

# %% [markdown]
# Where did they go, and why?

# %%
places = Counter(", ".join(fate.codes) or "stored" for fate in report.fates)
names, counts = zip(*places.most_common(), strict=True)
figure, axes = plt.subplots(figsize=(8, 2.8), layout="constrained")
bars = axes.barh(names, counts, color=["#2a9d8f" if name == "stored" else "#e76f51" for name in names])
axes.bar_label(bars, padding=3)
axes.invert_yaxis()
axes.set_xscale("log")
axes.set_xlabel("orders")
axes.set_title(f"1,000 orders, all accounted for in {report.seconds:.1f} s")
plt.show()

assert 0.05 < sum(counts[1:]) / 1_000 < 0.15

# %% [markdown]
# ## 5. Break it, and repair it
# With a reserved concurrency of 0, Lambda refuses every call. Step Functions tries again for a while, then
# the order goes to the dead-letter queue, with the error, so that nothing is lost.

# %%
awslambda = aws.client("lambda")
awslambda.put_function_concurrency(FunctionName="order-json-data-process", ReservedConcurrentExecutions=0)

report = order_intake.run(lab.settings, RunRequest(records=3, seed=7))
for fate in report.fates:
    print(f"{fate.record} → {fate.place}: {fate.reason}")
assert {fate.place for fate in report.fates} == {"order-data-dlq"}

# %% [markdown]
# The cause goes away, and `redrive` sends the dead letters through again. Those that are still wrong come
# back; the three are stored.

# %%
awslambda.delete_function_concurrency(FunctionName="order-json-data-process")

redriven = order_intake.redrive(lab.settings)
print(redriven.counts)
assert redriven.counts["orders stored"] == 3

# %% [markdown]
# ## 6. Account for everything
# `verify` reads every file in the bucket anew and holds each of its orders against the table and the queue.

# %%
verification = order_intake.verify(lab.settings)
for name, count in verification.counts.items():
    print(f"{count:>7,}  {name}")
assert verification.ok, verification.differences
assert verification.counts["orders"] == 2 + 1_000 + 3

# %% [markdown]
# ## 7. Clean up
# `teardown` removes what the pipeline made, and nothing else.

# %%
removed = order_intake.teardown(lab.settings)
print(f"{len(removed)} resources removed")
assert {change.action for change in removed} == {"deleted"}
assert order_intake.teardown(lab.settings) == []

lab.close()
