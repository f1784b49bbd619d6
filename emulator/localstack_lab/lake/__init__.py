"""What services that read tables in S3 share: objects as files, Hive's types, processes for engines."""
