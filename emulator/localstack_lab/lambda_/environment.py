"""What surrounds a function: its variables, folders, import path and interpreter.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html lists the variables that AWS sets. A
function gets these and its own, and nothing of the machine's.
"""

import os
import pwd
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from localstack.aws.api.lambda_ import PackageType
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from localstack_lab.lambda_ import layers
from localstack_lab.lambda_.memory import MB
from localstack_lab.lambda_.process import ForkServer, Job, own_interpreter

INTERPRETER_SETTING = "LAMBDA_PYTHON_"  # LAMBDA_PYTHON_PYTHON3_12=/usr/bin/python3.12
ADDRESS_SPACE_EXTRA = 1024 * MB

# Of the variables that LocalStack proposes, those that AWS documents and the public LocalStack endpoint.
_PASSED_ON = (
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "AWS_ENDPOINT_URL",
    "LOCALSTACK_HOSTNAME",
    "EDGE_PORT",
)


def unsupported(version: FunctionVersion) -> str | None:
    """Why this function can never run here, as a sentence; None when it can."""
    config = version.config
    if config.package_type != PackageType.Zip:
        return (
            "The lab runs Lambda functions without Docker, so a function from a container image cannot run: "
            "package it as a zip file."
        )
    if config.capacity_provider_config:
        return "The lab has no Lambda Managed Instances: create the function without CapacityProviderConfig."
    runtime = config.runtime or ""
    if not runtime.startswith("python3."):
        return (
            "The lab runs Lambda functions without Docker and only in Python, so the runtime "
            f"{runtime} cannot run: use python3.13."
        )
    interpreter = interpreter_for(runtime)
    if not os.access(interpreter, os.X_OK):
        return f"{setting_for(runtime)} names {interpreter}, which is not a program that can be run."
    return None


def setting_for(runtime: str) -> str:
    """The setting that names another interpreter for `runtime`, such as LAMBDA_PYTHON_PYTHON3_12."""
    return INTERPRETER_SETTING + runtime.upper().replace(".", "_")


def interpreter_for(runtime: str) -> str:
    """The interpreter named by the setting, else the lab's own. A bare name is looked up on PATH."""
    named = os.environ.get(setting_for(runtime), "")
    return (shutil.which(named) or named) if named else own_interpreter()


@dataclass(frozen=True)
class Places:
    """Folders as the function sees them."""

    task_root: str
    runtime: str
    tmp: str
    opt: str | None


def make_job(
    version: FunctionVersion,
    proposed: Mapping[str, object],
    server: ForkServer,
    job_id: str,
    runtime_api: str,
) -> Job:
    """Describe the process of one execution environment.

    :param proposed: the variables that LocalStack's ExecutionEnvironment proposes
    :param job_id: unique for each process of this run
    :param runtime_api: ``host:port`` of the environment's Runtime API
    """
    config = version.config
    sandbox = server.view.parent / f"environment-{job_id}"
    code = str(layers.code_of(config).get_unzipped_code_location())
    opt = layers.merged(config.layers, server.view.parent)
    if server.no_mounts:
        tmp = sandbox / "tmp"
        tmp.mkdir(parents=True)
        places = Places(code, str(server.view), str(tmp), str(opt) if opt else None)
        mounts = None
    else:
        places = Places("/var/task", "/var/runtime", "/tmp", "/opt")
        mounts = _mounts(code, opt, server, config.ephemeral_storage.size)
    own = dict(config.environment or {})
    path = [
        places.task_root,
        *_layer_paths(places.opt, server.version),
        *_own_path(own, places),
        places.runtime,
    ]
    return Job(
        id=job_id,
        sandbox=str(sandbox),
        handler=config.handler or "",
        variables=_variables(version, proposed, own, places, runtime_api)
        | {"LAB_SANDBOX": str(sandbox)}
        | ({"TMPDIR": places.tmp} if mounts is None else {}),
        folder=places.task_root,
        path=path,
        address_space=config.memory_size * MB + ADDRESS_SPACE_EXTRA,
        mounts=mounts,
    )


def hidden_homes() -> list[str]:
    """Folders that hold people's files, such as their AWS credentials: a function finds them empty.

    What the interpreter needs of them stays in its place.
    https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
    """
    homes = {"/home", "/root", os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir)}
    return [
        home
        for home in sorted(homes)
        if os.path.isdir(home)
        and not os.path.islink(home)
        and home not in ("/", "/usr", "/bin", "/lib", "/etc", "/proc", "/dev")
        and not home.startswith(("/home/", "/root/", "/tmp", "/opt", "/var", "/usr/", "/proc/", "/dev/"))
    ]


def _mounts(code: str, opt: Path | None, server: ForkServer, ephemeral_mb: int) -> dict:
    bind = [[code, "/var/task"], [str(server.view), "/var/runtime"]]
    if opt is not None:
        bind += [[str(entry), f"/opt/{entry.name}"] for entry in sorted(opt.iterdir())]
    return {
        "fresh": [
            {"at": "/tmp", "options": f"size={ephemeral_mb}m,mode=1777"},
            {"at": "/opt", "options": "size=1m,mode=755"},
            {"at": "/var", "options": "size=1m,mode=755"},
            *({"at": home, "options": "size=1m,mode=755"} for home in hidden_homes()),
        ],
        "bind": bind,
        "keep": server.kept_paths(),
    }


def _layer_paths(opt: str | None, version: str) -> list[str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html"""
    if opt is None:
        return []
    minor = ".".join(version.split(".")[:2])
    return [f"{opt}/python/lib/python{minor}/site-packages", f"{opt}/python"]


def _own_path(own: dict[str, str], places: Places) -> list[str]:
    return [_placed(entry, places) for entry in own.get("PYTHONPATH", "").split(":") if entry]


def _placed(folder: str, places: Places) -> str:
    """A folder under AWS's fixed places, where it lies without private mounts."""
    for fixed, here in (
        ("/opt", places.opt),
        ("/var/task", places.task_root),
        ("/var/runtime", places.runtime),
    ):
        if here is not None and (folder == fixed or folder.startswith(fixed + "/")):
            return here + folder[len(fixed) :]
    return folder


def _variables(
    version: FunctionVersion,
    proposed: Mapping[str, object],
    own: dict[str, str],
    places: Places,
    runtime_api: str,
) -> dict[str, str]:
    config = version.config
    opt = places.opt or "/opt"
    defaults = {
        "LANG": "en_US.UTF-8",
        "PATH": f"/usr/local/bin:/usr/bin:/bin:{opt}/bin",
        "LD_LIBRARY_PATH": f"/lib64:/usr/lib64:{places.task_root}:{places.task_root}/lib:{opt}/lib",
        "PYTHONPATH": places.runtime,
        "TZ": ":UTC",
        "HOME": places.tmp,  # never the host's: boto3 would read its credentials
    }
    # LocalStack's own types say that all of them are text; the memory size and the time-out are numbers
    fixed = {name: str(proposed[name]) for name in _PASSED_ON if proposed.get(name) is not None}
    fixed |= {
        "_HANDLER": config.handler or "",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.runtime}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": places.task_root,
        "LAMBDA_RUNTIME_DIR": places.runtime,
    }
    logging_config = config.logging_config or {}
    if logging_config.get("LogFormat") == "JSON":
        fixed["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        fixed["AWS_LAMBDA_LOG_LEVEL"] = logging_config.get("ApplicationLogLevel") or "INFO"
    for name in ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH"):
        if name in own:
            own[name] = ":".join(_placed(entry, places) for entry in own[name].split(":"))
    # A function's own endpoint wins, as in LocalStack; of the rest AWS accepts no other value.
    endpoint = {"AWS_ENDPOINT_URL": own["AWS_ENDPOINT_URL"]} if "AWS_ENDPOINT_URL" in own else {}
    return defaults | own | fixed | endpoint
