"""Verbs that bring one AWS resource to its wanted state: look, compare, act, say what was done.

Each module holds one service's verbs. An ensure verb answers a `Change` (created, updated or unchanged); a
delete verb answers a `Change` or None when there was nothing to delete. What a pipeline makes carries the
pipeline's tag (`bootstrap.ensure.ownership`); a resource of the same name without it is never touched.
"""
