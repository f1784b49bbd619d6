"""Lambda without Docker: one warm process for each execution environment.

How the rooms of this package fit together (each module says more):

- :mod:`.plugin` is what LocalStack loads; :mod:`.patches` is everything that changes in LocalStack's own
code.
- :mod:`.executor` is one execution environment: init, invoke, time-out, reset, stop.
- :mod:`.process` starts processes through the fork server (``forkserver/``, stdlib only, the bare
interpreter).
- :mod:`.runtime_api` is AWS's Runtime API; AWS's own ``awslambdaric`` is the client on the other side.
- :mod:`.logs`, :mod:`.report` and :mod:`.delivery` are what CloudWatch sees.
"""
