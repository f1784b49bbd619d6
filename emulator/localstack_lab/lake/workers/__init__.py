"""Engines in processes of their own, so that no query can take LocalStack down or stay behind.

A template process imports the engines once and forks. Each call gets a fresh fork, which ends with it; one
more waits ready for the next. See :mod:`localstack_lab.lake.workers.pool`.
"""
