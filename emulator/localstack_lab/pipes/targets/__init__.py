"""Where events go: one module for each kind of target.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
"""
