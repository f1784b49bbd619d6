"""S3's objects for engines that read local files: listed, read and fetched in process, written through
S3's API.
"""
