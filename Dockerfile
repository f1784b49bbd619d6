# The lab as a container: LocalStack's last free image with the emulator installed, every pipeline wired at start.
# Docker Engine 20.10 builds it: no here-documents, no COPY --link.
ARG LOCALSTACK_IMAGE=localstack/localstack:4.14.0
FROM ${LOCALSTACK_IMAGE}

WORKDIR /opt/sales-data-lab
COPY container/constraints.txt container/constraints.txt
COPY emulator/pyproject.toml emulator/README.md emulator/
COPY emulator/localstack_lab emulator/localstack_lab

# The image's own packages are constraints of this step, so that none of LocalStack's pins moves.
RUN python=/opt/code/localstack/.venv/bin/python && \
    $python -m pip list --format=freeze --exclude-editable | grep -vE '^(localstack|pip|setuptools|wheel)' >/tmp/image.txt && \
    $python -m pip install --no-cache-dir --quiet -c /tmp/image.txt -c container/constraints.txt \
        ./emulator faker && \
    $python -m pip check && \
    $python -m compileall -q emulator && \
    rm /tmp/image.txt

COPY handlers handlers
COPY generator generator
COPY bootstrap bootstrap
COPY container/ready.d /etc/localstack/init/ready.d
COPY container/healthy.sh container/healthy.sh

# The same settings as `lab up` gives the embedded lab.
ENV DNS_ADDRESS=0 \
    SKIP_SSL_CERT_DOWNLOAD=1 \
    DISABLE_EVENTS=1 \
    EAGER_SERVICE_LOADING=0 \
    SQS_ENDPOINT_STRATEGY=path \
    GATEWAY_SERVER=lab \
    PROVIDER_OVERRIDE_DYNAMODB=lab \
    PROVIDER_OVERRIDE_DYNAMODBSTREAMS=lab \
    PROVIDER_OVERRIDE_FIREHOSE=lab \
    PROVIDER_OVERRIDE_KINESIS=lab \
    PROVIDER_OVERRIDE_S3=lab \
    LAMBDA_RUNTIME_EXECUTOR=process \
    LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC=0.1 \
    LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC=0.5 \
    LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC=5 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072

WORKDIR /opt/code/localstack
HEALTHCHECK --interval=2s --timeout=5s --start-period=60s --retries=5 CMD /opt/sales-data-lab/container/healthy.sh
LABEL org.opencontainers.image.title="sales-data-lab" \
      org.opencontainers.image.licenses="Apache-2.0"
