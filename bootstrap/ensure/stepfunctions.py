"""State machines: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"""

import json

from bootstrap.changes import Change
from bootstrap.ensure.ownership import OWNER_TAG, owner_in, require_owner, verb
from bootstrap.session import Session

KIND = "state machine"


@verb(KIND)
def state_machine(session: Session, name: str, *, owner: str, definition: str, role_arn: str) -> Change:
    """A standard state machine; definitions are compared as JSON, so that layout changes nothing."""
    states = session.client("stepfunctions")
    arn = session.arn("states", f"stateMachine:{name}")
    try:
        existing = states.describe_state_machine(stateMachineArn=arn)
    except states.exceptions.StateMachineDoesNotExist:
        states.create_state_machine(
            name=name,
            definition=definition,
            roleArn=role_arn,
            type="STANDARD",
            tags=[{"key": OWNER_TAG, "value": owner}],
        )
        return Change("created", KIND, name)
    require_owner(states.list_tags_for_resource(resourceArn=arn)["tags"], owner, KIND, name)
    changed = []
    if json.loads(existing["definition"]) != json.loads(definition):
        changed.append("definition")
    if existing["roleArn"] != role_arn:
        changed.append("role")
    if not changed:
        return Change("unchanged", KIND, name)
    states.update_state_machine(stateMachineArn=arn, definition=definition, roleArn=role_arn)
    return Change("updated", KIND, name, ", ".join(changed))


@verb(KIND)
def delete_state_machine(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the state machine, if `owner` made it; its running executions are stopped first."""
    states = session.client("stepfunctions")
    arn = session.arn("states", f"stateMachine:{name}")
    try:
        states.describe_state_machine(stateMachineArn=arn)
    except states.exceptions.StateMachineDoesNotExist:
        return None
    if owner_in(states.list_tags_for_resource(resourceArn=arn)["tags"]) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    running = states.get_paginator("list_executions").paginate(stateMachineArn=arn, statusFilter="RUNNING")
    for page in running:
        for execution in page["executions"]:
            states.stop_execution(executionArn=execution["executionArn"], cause="the pipeline is torn down")
    states.delete_state_machine(stateMachineArn=arn)
    return Change("deleted", KIND, name)
