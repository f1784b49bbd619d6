"""https://trino.io/docs/current/functions/binary.html and url.html, hashes by their specifications."""

import pytest
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import registry

from tests.emulator.athena.functions.calling import answer, failure

URL = "http://user@example.com:8080/a%20b/c.html?k1=v%201&k2=&k3&k1=x+y#top"
CASES = [
    ("to_hex", (b"\x0a\xff",), "0AFF"),
    ("from_hex", ("0aFF",), b"\x0a\xff"),
    ("to_base64", (b"ab",), "YWI="),
    ("from_base64", ("YWI=",), b"ab"),
    ("to_base64url", (b"\xfb\xff",), "-_8="),
    ("from_base64url", ("-_8=",), b"\xfb\xff"),
    ("to_base32", (b"ab",), "MFRA===="),
    ("from_base32", ("MFRA====",), b"ab"),
    ("to_utf8", ("é",), b"\xc3\xa9"),
    ("from_utf8", (b"\xc3\xa9",), "é"),
    ("from_utf8", (b"a\xffb",), "a\ufffdb"),
    ("from_utf8", (b"a\xffb", "?"), "a?b"),
    ("from_utf8", (b"a\xffb", ""), "ab"),
    ("crc32", (b"abc",), 891568578),
    ("md5", (b"",), bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e")),
    ("sha1", (b"abc",), bytes.fromhex("a9993e364706816aba3e25717850c26c9cd0d89d")),
    (
        "hmac_md5",
        (b"what do ya want for nothing?", b"Jefe"),
        bytes.fromhex("750c783e6ab0b503eaa86e310a5db738"),
    ),
    ("xxhash64", (b"",), bytes.fromhex("ef46db3751d8e999")),
    ("xxhash64", (b"a",), bytes.fromhex("d24ec4f1a98c6e5b")),
    ("to_big_endian_32", (1,), b"\0\0\0\1"),
    ("from_big_endian_64", (b"\xff" * 8,), -1),
    ("to_ieee754_64", (3.1415926535897932,), bytes.fromhex("400921fb54442d18")),
    ("from_ieee754_32", (bytes.fromhex("3f800000"),), 1.0),
    ("substr", (b"abcde", -3, 2), b"cd"),
    ("substr", (b"abcde", 9), b""),
    ("reverse", (b"abc",), b"cba"),
    ("lpad", (b"abc", 5, b"xy"), b"xyabc"),
    ("rpad", (b"abc", 2, b"xy"), b"ab"),
    ("concat", (b"a", b"b"), b"ab"),
    ("url_extract_protocol", (URL,), "http"),
    ("url_extract_host", (URL,), "example.com"),
    ("url_extract_port", (URL,), 8080),
    ("url_extract_port", ("http://example.com/",), None),
    ("url_extract_path", (URL,), "/a b/c.html"),
    ("url_extract_query", (URL,), "k1=v 1&k2=&k3&k1=x+y"),
    ("url_extract_fragment", (URL,), "top"),
    ("url_extract_parameter", (URL, "k1"), "v 1"),
    ("url_extract_parameter", (URL, "k2"), ""),
    ("url_extract_parameter", (URL, "k3"), ""),
    ("url_extract_parameter", (URL, "k4"), None),
    ("url_extract_host", ("http://not a url/",), None),
    ("url_extract_host", ("/only/a/path",), ""),
    ("url_extract_path", ("mailto:a@b.c",), ""),
    ("url_encode", ("a b&é/~*",), "a+b%26%C3%A9%2F%7E*"),
    ("url_decode", ("a+b%26%C3%A9",), "a b&é"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_answers_as_trino(engine, name, arguments, expected):
    assert answer(engine, name, *arguments).value == expected


def test_murmur3_as_the_documentation_has_it(engine):
    value = answer(engine, "from_base64", "aaaaaa").value
    assert answer(engine, "murmur3", value).value.hex() == "ba5855635569b42f4920372ca0e396ef"


def test_a_uuid_is_a_new_one_each_time(engine):
    assert answer(engine, "uuid").value != answer(engine, "uuid").value
    assert answer(engine, "uuid").type == "uuid"


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("from_hex", ("abc",), "Invalid input length 3"),
        ("from_base64", ("a*b=",), "Input is not valid base64"),
        ("from_big_endian_32", (b"\0",), "expected 4-byte input, but got instead: 1"),
        ("url_decode", ("%zz",), "URLDecoder: Illegal hex characters in escape (%) pattern: %zz"),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"


# https://trino.io/docs/current/functions/list.html without operators and the forms that are no calls
LISTED = """
abs acos all_match any_match approx_distinct approx_most_frequent approx_percentile approx_set
arbitrary array_agg array_distinct array_except array_intersect array_join array_max array_min
array_position array_remove array_sort array_union arrays_overlap asin at_timezone atan atan2 avg
bar beta_cdf bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey
bing_tile_zoom_level bing_tiles_around bit_count bitwise_and bitwise_and_agg bitwise_left_shift
bitwise_not bitwise_or bitwise_or_agg bitwise_right_shift bitwise_right_shift_arithmetic bitwise_xor
bool_and bool_or cardinality cbrt ceil ceiling char2hexint checksum chr classify codepoint color
combinations concat concat_ws contains contains_sequence convex_hull_agg corr cos cosh
cosine_similarity count count_if covar_pop covar_samp crc32 cume_dist current_timezone date date_add
date_diff date_format date_parse date_trunc day day_of_month day_of_week day_of_year degrees
dense_rank dow doy e element_at empty_approx_set evaluate_classifier_predictions every exp features
filter first_value flatten floor format format_datetime format_number from_base from_base64
from_base64url from_big_endian_32 from_big_endian_64 from_encoded_polyline from_geojson_geometry
from_hex from_ieee754_32 from_ieee754_64 from_iso8601_date from_iso8601_timestamp
from_iso8601_timestamp_nanos from_unixtime from_unixtime_nanos from_utf8 geometric_mean
geometry_from_hadoop_shape geometry_invalid_reason geometry_to_bing_tiles geometry_union
geometry_union_agg great_circle_distance greatest hamming_distance hash_counts histogram hmac_md5
hmac_sha1 hmac_sha256 hmac_sha512 hour human_readable_seconds index infinity
intersection_cardinality inverse_beta_cdf inverse_normal_cdf is_finite is_infinite is_json_scalar
is_nan jaccard_index json_array_contains json_array_get json_array_length json_extract
json_extract_scalar json_format json_parse json_size kurtosis lag last_day_of_month last_value lead
learn_classifier learn_libsvm_classifier learn_libsvm_regressor learn_regressor least length
levenshtein_distance line_interpolate_point line_interpolate_points ln log log10 log2 lower lpad
ltrim luhn_check make_set_digest map map_agg map_concat map_entries map_filter map_from_entries
map_keys map_union map_values map_zip_with max max_by md5 merge merge_set_digest millisecond min
min_by minute mod month multimap_agg multimap_from_entries murmur3 nan ngrams none_match normal_cdf
normalize now nth_value ntile numeric_histogram objectid objectid_timestamp parse_datetime
parse_duration parse_presto_data_size percent_rank pi pow power qdigest_agg quarter radians rand
random rank reduce reduce_agg regexp_count regexp_extract regexp_extract_all regexp_like
regexp_position regexp_replace regexp_split regress regr_intercept regr_slope render repeat replace
reverse rgb round row_number rpad rtrim second sequence sha1 sha256 sha512 shuffle sign
simplify_geometry sin skewness slice soundex spatial_partitioning spatial_partitions split
split_part split_to_map split_to_multimap spooky_hash_v2_32 spooky_hash_v2_64 sqrt st_area
st_asbinary st_astext st_boundary st_buffer st_centroid st_contains st_convexhull st_coorddim
st_crosses st_difference st_dimension st_disjoint st_distance st_endpoint st_envelope
st_envelopeaspts st_equals st_exteriorring st_geometries st_geometryfromtext st_geometryn
st_geometrytype st_geomfrombinary st_interiorringn st_interiorrings st_intersection st_intersects
st_isclosed st_isempty st_isring st_issimple st_isvalid st_length st_linefromtext st_linestring
st_multipoint st_numgeometries st_numinteriorring st_numpoints st_overlaps st_point st_pointn
st_points st_polygon st_relate st_startpoint st_symdifference st_touches st_union st_within st_x
st_xmax st_xmin st_y st_ymax st_ymin starts_with stddev stddev_pop stddev_samp strpos substr
substring sum tan tanh tdigest_agg timezone_hour timezone_minute to_base to_base64 to_base64url
to_big_endian_32 to_big_endian_64 to_char to_date to_encoded_polyline to_geojson_geometry
to_geometry to_hex to_ieee754_32 to_ieee754_64 to_iso8601 to_milliseconds to_spherical_geography
to_timestamp to_unixtime to_utf8 transform transform_keys transform_values translate trim truncate
typeof upper url_decode url_encode url_extract_fragment url_extract_host url_extract_parameter
url_extract_path url_extract_protocol url_extract_port url_extract_query uuid value_at_quantile
values_at_quantiles var_pop var_samp variance version week week_of_year width_bucket
wilson_interval_lower wilson_interval_upper with_timezone word_stem xxhash64 year year_of_week yow
zip zip_with
"""


def test_every_function_of_the_list_is_there_or_named_as_lacking():
    registry.load()
    assert [
        name for name in LISTED.split() if name not in registry.FUNCTIONS and name not in registry.UNSUPPORTED
    ] == []
    assert sorted(set(registry.FUNCTIONS) & set(registry.UNSUPPORTED)) == []


def test_a_lacking_function_says_so_and_an_unknown_one_is_not_registered():
    with pytest.raises(QueryError, match=r"NOT_SUPPORTED: Function 'st_point' \(geospatial functions\)"):
        registry.resolve("st_point", [])
    with pytest.raises(QueryError, match="FUNCTION_NOT_FOUND: Function 'list_transform' not registered"):
        registry.resolve("list_transform", [])
