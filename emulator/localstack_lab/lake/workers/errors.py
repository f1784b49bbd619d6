"""What a call from a worker on one of LocalStack's objects can raise."""


class Refused(Exception):
    """An object of LocalStack's process refused a call with an error of an AWS API.

    :param code: ``EntityNotFoundException``, ``NoSuchBucket`` …
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class HostFault(Exception):
    """An object of LocalStack's process failed on a call: a fault of the emulator, with its traceback."""
