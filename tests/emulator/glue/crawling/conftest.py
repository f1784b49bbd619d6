"""LocalStack, imported once and quietly."""

import gc
import importlib
import warnings

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack_lab.glue.catalog")
    gc.collect()
