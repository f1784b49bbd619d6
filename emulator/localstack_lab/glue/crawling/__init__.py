"""What a crawl does: look at objects, infer schemas, group files into tables, write them to the catalog.

https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html
"""
