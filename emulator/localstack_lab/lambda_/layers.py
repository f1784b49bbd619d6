"""The content of /opt: a function's layers, one over the other.

https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html: layers are extracted in the order of the
list, and a later one replaces the files of an earlier one.
"""

import hashlib
import os
import shutil
import threading
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import (
    ArchiveCode,
    LayerVersion,
    VersionFunctionConfiguration,
)
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException

_lock = threading.Lock()


def merged(layers: list[LayerVersion], run_folder: Path) -> Path | None:
    """The folder that holds what /opt holds on AWS; None without layers. Made when first needed.

    :param run_folder: merged folders are kept here, one for each list of layer versions
    """
    if not layers:
        return None
    folders = []
    for layer in layers:
        code = code_of(layer)
        code.prepare_for_execution()
        folders.append(code.get_unzipped_code_location())
    if len(folders) == 1:
        return folders[0]
    name = hashlib.sha256("\n".join(layer.layer_version_arn for layer in layers).encode()).hexdigest()[:16]
    target = run_folder / f"opt-{name}"
    with _lock:
        if not target.exists():
            building = target.with_suffix(".new")
            for folder in folders:
                shutil.copytree(folder, building, copy_function=_link, dirs_exist_ok=True, symlinks=True)
            building.rename(target)
    return target


def code_of(owner: VersionFunctionConfiguration | LayerVersion) -> ArchiveCode:
    """The code of a function or a layer.

    :raises LambdaRuntimeException: there is none, as with a function from a container image
    """
    if owner.code is None:
        raise LambdaRuntimeException("This function or one of its layers has no zip file to run.")
    return owner.code


def _link(source: str, target: str) -> None:
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
