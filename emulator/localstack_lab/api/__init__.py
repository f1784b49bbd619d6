"""What services have in common for which LocalStack ships no stubs: checks, refusals, dispatch."""
