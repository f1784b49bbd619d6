"""What can go wrong while AWS resources are wired, each with whose fault it is."""


class BootstrapError(Exception):
    """Base of every error of this room: a sentence for the person who started the command."""


class SettingsError(BootstrapError):
    """The caller's fault: a setting that cannot be meant."""


class EndpointUnreachable(BootstrapError):
    """The lab's fault or nobody's: nothing answers at the endpoint."""

    def __init__(self, endpoint_url: str) -> None:
        super().__init__(f"Nothing answers at {endpoint_url}. Start the lab with `lab up`, or name its port.")
        self.endpoint_url = endpoint_url


class ResourceError(BootstrapError):
    """The service refused: names the resource that could not be brought to its wanted state."""

    def __init__(self, kind: str, name: str, reason: str) -> None:
        super().__init__(f"{kind} {name!r}: {reason}")
        self.kind = kind
        self.name = name
        self.reason = reason


class ForeignResource(ResourceError):
    """A resource of that name exists and was made by someone else, so it is neither changed nor removed."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(
            kind,
            name,
            "exists, but does not carry this pipeline's tag; it is left as it is. Remove or tag it.",
        )


class NotBootstrapped(BootstrapError):
    """The caller's order of commands: what the pipeline needs is not there yet."""

    def __init__(self, slug: str, missing: str) -> None:
        super().__init__(f"{missing} is missing: run `lab bootstrap {slug}` first.")
        self.slug = slug
