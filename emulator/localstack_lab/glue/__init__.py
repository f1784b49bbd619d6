"""Glue: the Data Catalog, classifiers and crawlers. https://docs.aws.amazon.com/glue/latest/webapi/"""
