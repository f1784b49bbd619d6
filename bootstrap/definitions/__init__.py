"""Definitions that are files of their own, as AWS reads them, with ``${name}`` where an ARN or a URL belongs.

The placeholders are those of CloudFormation's DefinitionSubstitutions:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

import json
import re
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent


def definition(name: str, substitutions: dict[str, str]) -> str:
    """The file ``<name>`` with every placeholder filled in.

    :raises KeyError: the file names a placeholder that `substitutions` lacks
    :raises ValueError: `substitutions` has one that the file does not name, so one of the two is wrong
    """
    text = (_FOLDER / name).read_text(encoding="utf-8")
    wanted = set(re.findall(r"\$\{(\w+)\}", text))
    if surplus := substitutions.keys() - wanted:
        raise ValueError(f"{name} has no placeholder for {', '.join(sorted(surplus))}")
    # the value stands inside a JSON string: escape it as one
    return re.sub(r"\$\{(\w+)\}", lambda match: json.dumps(substitutions[match[1]])[1:-1], text)
