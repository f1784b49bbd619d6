"""The `lab` command's verbs. They parse, call, show and choose the exit code; the work is done elsewhere."""
