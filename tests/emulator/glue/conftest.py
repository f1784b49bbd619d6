"""What every test of Glue needs."""

import gc
import importlib
import warnings

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack.utils.docker_utils")
    gc.collect()
