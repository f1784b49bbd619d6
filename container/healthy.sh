#!/bin/bash
# Healthy: LocalStack answers, and the ready hook has wired every pipeline. It asks the loopback only, so no name
# has to resolve: LocalStack's own check turns unhealthy where there is no internet.
set -eo pipefail
curl -fsS --max-time 4 http://127.0.0.1:4566/_localstack/init/ready | python3 -c '
import json, sys
stage = json.load(sys.stdin)
failed = [script["name"] for script in stage["scripts"] if script["state"] == "ERROR"]
sys.exit(f"failed to wire: {failed}" if failed else None if stage["completed"] else "still wiring the pipelines")
'
