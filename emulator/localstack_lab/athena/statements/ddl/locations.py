"""Places in S3 that definitions of tables name."""

from localstack_lab.athena.statements.context import Context, not_done
from localstack_lab.athena.statements.refused import Refused


def checked_location(context: Context, location: str) -> str:
    """The location as the catalog keeps it: ``s3://bucket/prefix``, with the slash that it was given with.

    https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html

    :raises QueryFailed: for a place that is not in S3, is one object, or whose bucket is not there
    """
    scheme, separator, rest = location.partition("://")
    bucket, _, key = rest.partition("/")
    if not location:
        raise not_done(
            "MetaException(message:java.lang.IllegalArgumentException: "
            "Can not create a Path from an empty string)"
        )
    if not separator or scheme.lower() not in ("s3", "s3a", "s3n") or not bucket:
        raise not_done(
            f"MetaException(message:The location {location} is not in Amazon S3: use s3://bucket/folder/)"
        )
    if any(sign in location for sign in "*?["):
        raise not_done(f"MetaException(message:The location {location} has a wildcard)")
    try:
        found = context.objects.list_all(location=f"s3://{bucket}/{key}")
    except Refused as refused:
        reason = "java.io.IOException com.amazonaws.services.s3.model.AmazonS3Exception: " + refused.message
        raise not_done(f"MetaException(message:Got exception: {reason})") from refused
    if key and not key.endswith("/"):
        names = [one[0] for one in found]
        if key in names and not any(name.startswith(key + "/") for name in names):
            reason = f"java.io.IOException Can't make directory for path '{location}' since it is a file."
            raise not_done(f"MetaException(message:Got exception: {reason})")
    return location
