"""Athena: SQL over objects in S3. https://docs.aws.amazon.com/athena/latest/APIReference/"""
