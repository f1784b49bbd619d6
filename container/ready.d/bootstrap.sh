#!/bin/bash
# LocalStack runs this once it is ready: wires every pipeline. Its exit code decides whether the container is healthy.
cd /opt/sales-data-lab && exec /opt/code/localstack/.venv/bin/python -m bootstrap all
