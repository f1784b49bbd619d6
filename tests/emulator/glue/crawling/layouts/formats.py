"""Formats: the built-in classifiers' rules and custom classifiers."""

import bz2
import gzip
import json

from tests.emulator.glue.crawling.layouts.layout import (
    AREA,
    BUILT_IN,
    CSV_RULES,
    CUSTOM,
    OUTPUT,
    XML,
    Layout,
    csv_rules,
    flat,
    json_path,
    lines,
    zipped,
)
from tests.emulator.glue.crawling.support import BUCKET

FORMATS = [
    Layout(
        "its elements with a path",
        f"{CUSTOM}#custom-classifier-json",
        {"w/areas.json": json.dumps([AREA, AREA], indent=1)},
        {"w": flat(type="string", id="string", name="string")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$[*]"),
    ),
    Layout(
        "one member with a path",
        f"{CUSTOM}#custom-classifier-json",
        {"w/areas.json": lines(AREA, AREA)},
        {"w": flat(record="string")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$.id"),
    ),
    Layout(
        "a deeply nested member with a path",
        f"{CUSTOM}#custom-classifier-json",
        {"w/a.json": lines({"identifiers": [{"scheme": "dmoz", "identifier": "x"}, {"identifier": "y"}]})},
        {"w": flat(record="string")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$.identifiers[*].identifier"),
    ),
    Layout(
        "objects of an array with a path in brackets",
        f"{CUSTOM}#custom-classifier-json",
        {"w/a.json": json.dumps({"orders": [{"id": 1, "qty": "2"}, {"id": 2, "qty": "3", "gift": True}]})},
        {"w": flat(id="int", qty="string", gift="boolean")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$['orders'][*]"),
    ),
    Layout(
        "a file without what the list of paths names",
        f"{CUSTOM}#custom-classifier-json",
        {"w/a.json": lines({"order_id": 1, "other": 2})},
        {"w": flat(order_id="int", other="int")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$.order_id,$.price"),
    ),
    Layout(
        "documents with no line between",
        BUILT_IN,
        {"w/a": '{"a": 1}{"a": 2}\n{"a": 3}'},
        {"w": flat(a="int")},
        path=f"s3://{BUCKET}/w/",
    ),
    Layout(
        "CSV with a header",
        CSV_RULES,
        {"c/f.csv": "id,name,price,active\n1,Ann,2.5,true\n2,Bob,3,false\n"},
        {"c": flat(id="bigint", name="string", price="double", active="boolean")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV whose columns are all text has no header",
        CSV_RULES,
        {"c/f.csv": "id,name\na,Ann\nb,Bob\n"},
        {"c": flat(col0="string", col1="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV with a number in its first row has no header",
        CSV_RULES,
        {"c/f.csv": "1,name\n2,Ann\n3,Bob\n"},
        {"c": flat(col0="bigint", col1="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV with a heading of 150 characters has no header",
        CSV_RULES,
        {"c/f.csv": f"{'h' * 150},n\nx,1\ny,2\n"},
        {"c": flat(col0="string", col1="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV whose rows end in a delimiter",
        CSV_RULES,
        {"c/f.csv": "id,n,\n1,2,\n3,4,\n"},
        {"c": flat(id="bigint", n="bigint", col2="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV with headings that are empty, as pandas writes an index",
        OUTPUT,
        {"c/f.csv": ",id,name,\n0,7,x,\n1,8,y,\n"},
        {"c": flat(col0="bigint", id="bigint", name="string", col3="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV whose headings are mostly empty has none",
        CSV_RULES,
        {"c/f.csv": ",,x\n1,2,y\n"},
        {"c": flat(col0="bigint", col1="bigint", col2="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "pipes, tabs and Ctrl-A",
        CSV_RULES,
        {"p/f": "a|b\n1|2\n", "t/f": "a\tb\tc\n1\t2\tx\n", "s/f": "a\x01b\x01c\x01d\n1\x012\x01x\x01y\n"},
        {
            "p": flat(a="bigint", b="bigint"),
            "t": flat(a="bigint", b="bigint", c="string"),
            "s": flat(a="bigint", b="bigint", c="string", d="string"),
        },
    ),
    Layout(
        "quoted values with delimiters and line ends",
        CSV_RULES,
        {"c/f.csv": 'id,text\r\n1,"a, b"\r\n2,"c\nd"\r\n'},
        {"c": flat(id="bigint", text="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV of one row is not recognised",
        CSV_RULES,
        {"c/f.csv": "1,2,3\n"},
        {"c": flat()},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "a classifier that gives the header",
        f"{CUSTOM}#custom-classifier-csv",
        {"c/f.csv": "1;x\n2;y\n"},
        {"c": flat(id="bigint", label="string")},
        path=f"s3://{BUCKET}/c/",
        settings=csv_rules(Delimiter=";", ContainsHeader="ABSENT", Header=["id", "label"]),
    ),
    Layout(
        "a classifier that knows of a header of text",
        f"{CUSTOM}#custom-classifier-csv",
        {"c/f.csv": "id,name\na,Ann\n"},
        {"c": flat(id="string", name="string")},
        path=f"s3://{BUCKET}/c/",
        settings=csv_rules(ContainsHeader="PRESENT"),
    ),
    Layout(
        "a classifier for one column, and data types",
        f"{CUSTOM}#custom-classifier-csv",
        {"c/f.csv": "n\n1\n2\n"},
        {"c": flat(n="int")},
        path=f"s3://{BUCKET}/c/",
        settings=csv_rules(
            AllowSingleColumn=True,
            ContainsHeader="PRESENT",
            CustomDatatypeConfigured=True,
            CustomDatatypes=["INT"],
        ),
    ),
    Layout(
        "a grok classifier",
        f"{CUSTOM}#custom-classifier-grok",
        {"g/f.log": "2017-03-28 11:22:33 [a-b-c-d-e] BENCHMARK : Running Start Crawl\n"},
        {"g": flat(timestamp="string", message_prefix="string", loglevel="string", message="string")},
        path=f"s3://{BUCKET}/g/",
        settings={
            "classifiers": [
                {
                    "GrokClassifier": {
                        "Name": "c",
                        "Classification": "special-logs",
                        "GrokPattern": r"%{TIMESTAMP_ISO8601:timestamp} \[%{MESSAGEPREFIX:message_prefix}\] "
                        "%{CRAWLERLOGLEVEL:loglevel} : %{GREEDYDATA:message}",
                        "CustomPatterns": "CRAWLERLOGLEVEL (BENCHMARK|ERROR|WARN|INFO|TRACE)\n"
                        "MESSAGEPREFIX .*-.*-.*-.*-.*",
                    }
                }
            ]
        },
    ),
    Layout(
        "an Apache log",
        BUILT_IN,
        {"g/f.log": '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326\n' * 3},
        {
            "g": flat(
                clientip="string",
                ident="string",
                auth="string",
                timestamp="string",
                verb="string",
                request="string",
                httpversion="string",
                rawrequest="string",
                response="string",
                bytes="string",
            )
        },
        path=f"s3://{BUCKET}/g/",
    ),
    Layout(
        "XML rows of a tag",
        f"{CUSTOM}#custom-classifier-xml",
        {
            "x/f.xml": '<?xml version="1.0"?><catalog><book id="bk101"><AnyCompany><author>Rivera, M</author>'
            "<title>Guide</title></AnyCompany></book><book><AnyCompany><author>Stiles</author><title>Style"
            "</title></AnyCompany></book></catalog>"
        },
        {"x": flat(author="string", title="string")},
        path=f"s3://{BUCKET}/x/",
        settings={
            "classifiers": [{"XMLClassifier": {"Name": "c", "Classification": "xml", "RowTag": "AnyCompany"}}]
        },
    ),
    Layout(
        "XML attributes and text beside them",
        XML,
        {"x/f.xml": '<rows><row id="1"><price currency="EUR">2.5</price></row></rows>'},
        {"x": flat(_id="int", price="struct<_currency:string,_VALUE:double>")},
        path=f"s3://{BUCKET}/x/",
        settings={
            "classifiers": [{"XMLClassifier": {"Name": "c", "Classification": "xml", "RowTag": "row"}}]
        },
    ),
    Layout(
        "compressed files",
        BUILT_IN,
        {
            "gz/f.gz": gzip.compress(b'{"a": 1}\n') + gzip.compress(b'{"b": 1}\n'),
            "bz/f.bz2": bz2.compress(b"a,b\n1,x\n"),
            "zip/f.zip": zipped("f.json", '{"c": "x"}'),
        },
        {
            "gz": flat(a="int", b="int"),
            "bz": flat(a="bigint", b="string"),
            "zip": flat(c="string"),
        },
    ),
    Layout(
        "lines that begin with # are comments",
        OUTPUT,
        {
            "d/a.csv": "#Version: 1.0\n#Fields: date\tn\n2020-01-01\t1\tx\n#NAME?\t2\ty\n2020-01-02\t2\ty\n",
            "d/b.csv": "2020-01-01\t1\tx\n2020-01-02\t2\ty\n",
        },
        {"d": flat(col0="string", col1="bigint", col2="string")},
        path=f"s3://{BUCKET}/d/",
    ),
    Layout(
        "a # in a quoted value is no comment",
        CSV_RULES,
        {"c/f.csv": 'id,text\n1,"a\n#b"\n2,"c"\n'},
        {"c": flat(id="bigint", text="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "a line separator of Unicode is part of a value",
        CSV_RULES,
        {"c/f.csv": "id,text\n1,a\u2028b\n2,c\x85d\x0be\n"},
        {"c": flat(id="bigint", text="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "a log of Squid",
        BUILT_IN,
        {
            "g/access.log": "1066036250.603 310 192.0.0.227 TCP_MISS/200 2570 GET http://example.com/a - "
            "DIRECT/192.0.0.1 text/javascript\n" * 2
        },
        {
            "g": flat(
                timestamp="string",
                duration="string",
                client_address="string",
                cache_result="string",
                status_code="string",
                bytes="string",
                request_method="string",
                url="string",
                user="string",
                hierarchy_code="string",
                server="string",
                content_type="string",
            )
        },
        path=f"s3://{BUCKET}/g/",
    ),
    Layout(
        "what MONITOR of Redis shows",
        BUILT_IN,
        {"g/m.log": '1470637925.186681 [0 127.0.0.1:39404] "strlen" "apache"\n' * 2},
        {
            "g": flat(
                timestamp="string",
                database="string",
                client="string",
                port="string",
                command="string",
                params="string",
            )
        },
        path=f"s3://{BUCKET}/g/",
    ),
]
