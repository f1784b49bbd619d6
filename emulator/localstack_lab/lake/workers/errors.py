"""What a call from a worker on one of LocalStack's objects can raise."""

DISK_FULL = "DiskFull"  # the code where there is no room for what a worker asked for


class Refused(Exception):
    """An object of LocalStack's process refused a call with an error of an AWS API.

    :param code: ``EntityNotFoundException``, ``NoSuchBucket`` …
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class HostFault(Exception):
    """An object of LocalStack's process failed on a call: a fault of the emulator.

    LocalStack's log has the traceback.
    """
