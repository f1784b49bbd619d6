"""Query executions: from StartQueryExecution to their end."""
