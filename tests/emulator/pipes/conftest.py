"""The pipes' tests: LocalStack is imported once, without its warning."""

import gc
import importlib
import warnings

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack.services.kinesis.provider")
    importlib.import_module("localstack_lab.pipes.clients")
    gc.collect()
