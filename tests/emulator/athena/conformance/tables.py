"""The tables that most statements read: TPC-H's nations and regions, `shipping` of Trino's SELECT page."""

import json

NATIONS = [
    *(
        ("ALGERIA", 0),
        ("ARGENTINA", 1),
        ("BRAZIL", 1),
        ("CANADA", 1),
        ("EGYPT", 4),
        ("ETHIOPIA", 0),
        ("FRANCE", 3),
    ),
    *(("GERMANY", 3), ("INDIA", 2), ("INDONESIA", 2), ("IRAN", 4), ("IRAQ", 4), ("JAPAN", 2), ("JORDAN", 4)),
    *(("KENYA", 0), ("MOROCCO", 0), ("MOZAMBIQUE", 0), ("PERU", 1), ("CHINA", 2), ("ROMANIA", 3)),
    *(("SAUDI ARABIA", 4), ("VIETNAM", 2), ("RUSSIA", 3), ("UNITED KINGDOM", 3), ("UNITED STATES", 1)),
]
REGIONS = ("AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST")
SHIPPING = """California,94131,New Jersey,8648,13
California,94131,New Jersey,8540,42
New Jersey,7081,Connecticut,6708,225
California,90210,Connecticut,6927,1337
California,94131,Colorado,80302,5
New York,10002,New Jersey,8540,3
"""
JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"
TEXT_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


def json_lines(records: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


FILES: dict[str, bytes] = {
    "nation/nation.json": json_lines(
        [{"nationkey": key, "name": name, "regionkey": region} for key, (name, region) in enumerate(NATIONS)]
    ),
    "region/region.json": json_lines([{"regionkey": key, "name": name} for key, name in enumerate(REGIONS)]),
    "shipping/shipping.csv": SHIPPING.encode(),
}

COLUMNS: dict[str, dict[str, str]] = {
    "nation": {"nationkey": "bigint", "name": "string", "regionkey": "bigint"},
    "region": {"regionkey": "bigint", "name": "string"},
    "shipping": {
        "origin_state": "string",
        "origin_zip": "int",
        "destination_state": "string",
        "destination_zip": "int",
        "package_weight": "int",
    },
}


def table_input(name: str, location: str) -> dict[str, object]:
    """What Glue's CreateTable is given for one of them."""
    serde, settings = (TEXT_SERDE, {"field.delim": ","}) if name == "shipping" else (JSON_SERDE, {})
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": type_} for column, type_ in COLUMNS[name].items()],
            "Location": location,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": settings},
        },
    }
