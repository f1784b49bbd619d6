"""The folder that stands for AWS's /var/runtime: what a Python function finds without bringing it along.

LocalStack's own environment holds hundreds of packages; a function must see only those of AWS's Python
runtime (https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included). So the view is
a folder of links to exactly these packages, and functions run in the bare interpreter with this folder on
their path.
"""

import importlib.metadata
import importlib.util
import os
from pathlib import Path

PACKAGES = (
    "awslambdaric",
    "simplejson",
    "snapshot_restore_py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "urllib3",
    "dateutil",
    "six",
)
NATIVE_CLIENT = (
    "runtime_client"  # awslambdaric's compiled half: it fits only the interpreter it was built for
)
SHIM = Path(__file__).with_name("shim") / "runtime_client.py"


def build(folder: Path, *, native: bool) -> list[str]:
    """Make the view in `folder` and return the real folders that its links lead to.

    :param native: whether the functions' interpreter is LocalStack's own, so that compiled modules fit
    :raises ModuleNotFoundError: when a package of the runtime is not installed
    """
    folder.mkdir(parents=True, exist_ok=True)
    homes = set()
    for name in (*PACKAGES, *((NATIVE_CLIENT,) if native else ())):
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(
                f"the Lambda runtime needs the package {name}: install localstack-lab again"
            )
        origin = Path(os.path.realpath(spec.origin))
        source = origin.parent if spec.submodule_search_locations else origin
        (folder / source.name).symlink_to(source)
        homes.add(str(source.parent))
    if not native:
        (folder / SHIM.name).symlink_to(SHIM)
        homes.add(str(SHIM.parent))
    return sorted(homes)


def client_version() -> str:
    """The version of AWS's runtime interface client, such as ``4.2.2``."""
    return importlib.metadata.version("awslambdaric")
