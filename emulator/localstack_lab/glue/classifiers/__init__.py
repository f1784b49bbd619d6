"""Classifiers that a user defines. https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html"""
