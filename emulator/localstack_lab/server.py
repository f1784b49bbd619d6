"""LocalStack's Twisted server, listening where ``GATEWAY_LISTEN`` says.

The stock server drops the host of every IPv4 address in ``GATEWAY_LISTEN`` and listens on all network
interfaces, so that anybody on the same network could use a lab that was meant for 127.0.0.1. It also ignores
that the port could not be had. ``GATEWAY_SERVER=lab`` selects this one.
"""

from typing import Any

from localstack import config
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from rolo.gateway import Gateway

BACKLOG = 512
"""Connections that may wait to be accepted; a batch of Lambda functions opens many at once."""


class LabServerPlugin(RuntimeServerPlugin):
    """Entry point ``localstack.runtime.server`` → ``lab``."""

    name = "lab"

    def load(self, *args: object, **kwargs: object) -> RuntimeServer:
        from localstack.aws.serving.twisted import TLSMultiplexerFactory
        from localstack.runtime.server.twisted import TwistedRuntimeServer
        from rolo.serving.twisted import TwistedGateway
        from twisted.internet import reactor as installed
        from twisted.internet import ssl

        reactor: Any = installed  # Twisted puts it in the place of the module of that name

        class LabServer(TwistedRuntimeServer):
            """HTTP and HTTPS on one port, at exactly the addresses that are configured."""

            def register(
                self,
                gateway: Gateway,
                listen: list[config.HostAndPort],
                ssl_creds: tuple[str, str] | None = None,
            ) -> None:
                """Listen at once.

                :raises twisted.internet.error.CannotListenError: when a port is taken
                """
                factory: Any = TwistedGateway(gateway)
                if ssl_creds:
                    certificate, key = ssl_creds
                    contexts = ssl.DefaultOpenSSLContextFactory(key, certificate)
                    contexts.getContext().use_certificate_chain_file(certificate)
                    factory = TLSMultiplexerFactory(contexts, False, factory)
                for address in listen:
                    reactor.listenTCP(address.port, factory, backlog=BACKLOG, interface=address.host)

            def shutdown(self) -> None:
                """Stop at once: this runs on a thread of its own, and the loop must be woken to notice."""
                if self.thread_pool:
                    self.thread_pool.stop(timeout=10)
                reactor.callFromThread(reactor.stop)

        return LabServer()
