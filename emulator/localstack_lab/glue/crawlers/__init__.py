"""Crawlers: definitions, runs, schedules, history. https://docs.aws.amazon.com/glue/latest/dg/add-crawler.html"""
