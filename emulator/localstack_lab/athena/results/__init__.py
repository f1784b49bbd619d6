"""Result files in S3: written when a query ends, read back page by page."""
