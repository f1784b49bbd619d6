"""Errors as AWS names them. https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html"""


class KinesisError(Exception):
    """A refusal that reaches the caller as AWS's typed exception.

    :param code: such as ``ResourceNotFoundException``: the name of an error shape of the service
    :param message: what AWS says, or our own sentence where AWS's words are not known
    """

    status_code = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def not_found(message: str) -> KinesisError:
    return KinesisError("ResourceNotFoundException", message)


def in_use(message: str) -> KinesisError:
    return KinesisError("ResourceInUseException", message)


def invalid_argument(message: str) -> KinesisError:
    return KinesisError("InvalidArgumentException", message)


def limit_exceeded(message: str) -> KinesisError:
    return KinesisError("LimitExceededException", message)


def validation(message: str) -> KinesisError:
    return KinesisError("ValidationException", message)


def throughput_exceeded(message: str) -> KinesisError:
    return KinesisError("ProvisionedThroughputExceededException", message)


def stream_not_found(name: str, account: str) -> KinesisError:
    return not_found(f"Stream {name} under account {account} not found.")
