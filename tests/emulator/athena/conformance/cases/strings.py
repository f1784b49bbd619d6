"""Strings, binary values, URLs and regular expressions."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, value

PAGE = f"{TRINO}/functions/string.html"
CONVERSION = f"{TRINO}/functions/conversion.html"
BINARY = f"{TRINO}/functions/binary.html"
URL = f"{TRINO}/functions/url.html"
REGEXP = f"{TRINO}/functions/regexp.html"
COMPARISON = f"{TRINO}/functions/comparison.html"
ENGINE_3 = f"{ATHENA}/engine-versions-reference-0003.html"
APPLES = "'I have 23 apples, 5 pears and 13 oranges'"

CASES = [
    value(PAGE, "'a' || 'b'", "ab"),
    value(PAGE, "'a' || NULL", None),
    value(PAGE, "chr(65)", "A"),
    value(PAGE, "codepoint('A')", "65"),
    value(PAGE, "concat('a', 'b', 'c')", "abc"),
    value(PAGE, "concat_ws(',', 'a', NULL, 'c')", "a,c"),
    value(PAGE, "concat_ws(NULL, 'a', 'b')", None),
    value(PAGE, "concat_ws('-', ARRAY['x', NULL, 'y'])", "x-y"),
    value(ENGINE_3, "concat_ws(',', 'def', 'pqr', 'mno')", "def,pqr,mno"),
    value(PAGE, "hamming_distance('hello', 'jello')", "1"),
    value(PAGE, "length('Palhoça')", "7"),
    value(PAGE, "levenshtein_distance('kitten', 'sitting')", "3"),
    value(PAGE, "lower('ABC')", "abc"),
    value(PAGE, "upper('abc')", "ABC"),
    value(PAGE, "lpad('7', 3, '0')", "007"),
    value(PAGE, "lpad('hello', 3, 'x')", "hel"),
    value(PAGE, "rpad('ab', 5, 'xy')", "abxyx"),
    value(PAGE, "ltrim('  a ') || '|'", "a |"),
    value(PAGE, "'|' || rtrim(' a  ')", "| a"),
    value(PAGE, "trim('  a  ')", "a"),
    value(PAGE, "trim('!' FROM '!foo!')", "foo"),
    value(PAGE, "trim(LEADING FROM '  abcd')", "abcd"),
    value(PAGE, "trim(BOTH '$' FROM '$var$')", "var"),
    value(PAGE, "trim(TRAILING 'ER' FROM upper('worker'))", "WORK"),
    value(PAGE, "luhn_check('79927398713')", "true"),
    value(PAGE, "luhn_check('79927398714')", "false"),
    value(PAGE, "position('lo' IN 'hello')", "4"),
    value(PAGE, "replace('banana', 'an')", "ba"),
    value(PAGE, "replace('banana', 'an', 'o')", "booa"),
    value(PAGE, "reverse('abc')", "cba"),
    value(PAGE, "soundex('CHINA') = soundex('CHYNA')", "true"),
    value(PAGE, "split('a,b,c', ',')", "[a, b, c]"),
    value(PAGE, "split('a,b,c', ',', 2)", "[a, b,c]"),
    value(PAGE, "split_part('a:b:c', ':', 2)", "b"),
    value(PAGE, "split_part('a:b:c', ':', 4)", None),
    value(PAGE, "strpos('banana', 'an')", "2"),
    value(PAGE, "strpos('banana', 'x')", "0"),
    value(PAGE, "strpos('banana', 'an', 2)", "4"),
    value(PAGE, "strpos('banana', 'an', -1)", "4"),
    value(PAGE, "starts_with('hello', 'he')", "true"),
    value(PAGE, "substr('hello', 2)", "ello"),
    value(PAGE, "substr('hello', -3)", "llo"),
    value(PAGE, "substring('hello', 2, 3)", "ell"),
    value(PAGE, "substring('hello' FROM 2 FOR 3)", "ell"),
    value(PAGE, "substr('hello', -3, 2)", "ll"),
    value(PAGE, "translate('abcd', '', '')", "abcd"),
    value(PAGE, "translate('abcda', 'a', 'z')", "zbcdz"),
    value(PAGE, "translate('Palhoça', 'ç', 'c')", "Palhoca"),
    value(PAGE, r"translate('abcd', 'b', U&'\+01F600')", "a😀cd"),
    value(PAGE, "translate('abcd', 'a', '')", "bcd"),
    value(PAGE, "translate('abcd', 'a', 'zy')", "zbcd"),
    value(PAGE, "translate('abcd', 'ac', 'z')", "zbd"),
    value(PAGE, "translate('abcd', 'aac', 'zq')", "zbd"),
    # the stemmers of Snowball are not here
    fails(PAGE, "SELECT word_stem('walking')", "NOT_SUPPORTED: line 1:8: Function 'word_stem'"),
    value(PAGE, "normalize('a\u0301', NFC) = '\u00e1'", "true"),
    value(PAGE, "from_utf8(to_utf8('Hi'))", "Hi"),
    value(f"{TRINO}/language/types.html#varbinary", "from_utf8(x'65683F')", "eh?"),
    value(f"{TRINO}/language/types.html#varchar", r"U&'Hello winter \2603 !'", "Hello winter ☃ !"),
    value(f"{TRINO}/language/types.html#varchar", "U&'Hello winter #2603 !' UESCAPE '#'", "Hello winter ☃ !"),
    value(
        f"{TRINO}/language/types.html#varchar",
        "'I am big, it''s the pictures'",
        "I am big, it's the pictures",
    ),
    # format
    value(CONVERSION, "format('%s%%', 123)", "123%"),
    value(CONVERSION, "format('%.5f', pi())", "3.14159"),
    value(CONVERSION, "format('%03d', 8)", "008"),
    value(CONVERSION, "format('%,.2f', 1234567.89)", "1,234,567.89"),
    value(CONVERSION, "format('%-7s,%7s', 'hello', 'world')", "hello  ,  world"),
    value(CONVERSION, "format('%2$s %3$s %1$s', 'a', 'b', 'c')", "b c a"),
    value(CONVERSION, "format('%1$tA, %1$tB %1$te, %1$tY', date '2006-07-04')", "Tuesday, July 4, 2006"),
    value(CONVERSION, "format_number(123456)", "123K"),
    value(CONVERSION, "format_number(1000000)", "1M"),
    value(CONVERSION, "parse_data_size('1kB')", "1024"),
    value(CONVERSION, "parse_data_size('2.3MB')", "2411724"),
    value(CONVERSION, "typeof(123)", "integer"),
    value(CONVERSION, "typeof('cat')", "varchar(3)"),
    value(CONVERSION, "typeof(cos(2) + 1.5)", "double"),
    # binary
    value(BINARY, "to_hex(md5(to_utf8('abc')))", "900150983CD24FB0D6963F7D28E17F72"),
    value(
        BINARY,
        "to_hex(sha256(to_utf8('abc')))",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    ),
    value(BINARY, "crc32(to_utf8('123456789'))", "3421780262"),
    value(BINARY, "to_base64(to_utf8('hi'))", "aGk="),
    value(BINARY, "from_utf8(from_base64('aGk='))", "hi"),
    value(BINARY, "from_utf8(from_hex('6869'))", "hi"),
    value(BINARY, "length(to_utf8('é'))", "2"),
    value(BINARY, "to_utf8('hi')", "68 69"),
    # URLs
    value(URL, "url_extract_host('https://example.com:8080/a/b?q=1&r=x%20y#top')", "example.com"),
    value(URL, "url_extract_port('https://example.com:8080/a/b?q=1#top')", "8080"),
    value(URL, "url_extract_path('https://example.com:8080/a/b?q=1#top')", "/a/b"),
    value(URL, "url_extract_query('https://example.com:8080/a/b?q=1&r=2#top')", "q=1&r=2"),
    value(URL, "url_extract_fragment('https://example.com/a?q=1#top')", "top"),
    value(URL, "url_extract_protocol('https://example.com/')", "https"),
    value(URL, "url_extract_parameter('https://example.com/?q=1&r=x%20y', 'r')", "x y"),
    value(URL, "url_encode('a b&c')", "a+b%26c"),
    value(URL, "url_decode('a+b%26c')", "a b&c"),
    # regular expressions
    value(REGEXP, r"regexp_count('1a 2b 14m', '\s*[a-z]+\s*')", "3"),
    value(REGEXP, r"regexp_extract_all('1a 2b 14m', '\d+')", "[1, 2, 14]"),
    value(REGEXP, r"regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2)", "[a, b, m]"),
    value(REGEXP, r"regexp_extract('1a 2b 14m', '\d+')", "1"),
    value(REGEXP, r"regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2)", "a"),
    value(REGEXP, r"regexp_extract('abc', '\d+')", None),
    value(REGEXP, r"regexp_like('1a 2b 14m', '\d+b')", "true"),
    value(REGEXP, r"regexp_like('1a 2b 14m', '^\d+b$')", "false"),
    value(REGEXP, r"regexp_like('HELLO', '(?i)hello')", "true"),
    value(REGEXP, rf"regexp_position({APPLES}, '\b\d+\b')", "8"),
    value(REGEXP, rf"regexp_position({APPLES}, '\b\d+\b', 12)", "19"),
    value(REGEXP, rf"regexp_position({APPLES}, '\b\d+\b', 12, 2)", "31"),
    value(REGEXP, rf"regexp_position({APPLES}, '\b\d+\b', 12, 3)", "-1"),
    value(REGEXP, r"regexp_replace('1a 2b 14m', '\d+[ab] ')", "14m"),
    value(REGEXP, r"regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ')", "3ca 3cb 14m"),
    value(REGEXP, r"regexp_replace('1a 2b', '(?<n>\d+)', '<${n}>')", "<1>a <2>b"),
    value(REGEXP, r"regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2]))", "New York"),
    value(REGEXP, r"regexp_split('1a 2b 14m', '\s*[a-z]+\s*')", "[1, 2, 14, ]"),
    fails(REGEXP, "SELECT regexp_like('a', '(')", "INVALID_FUNCTION_ARGUMENT"),
    # LIKE
    value(COMPARISON, r"'South_America' LIKE 'South\_America' ESCAPE '\'", "true"),
    value(COMPARISON, r"'SouthXAmerica' LIKE 'South\_America' ESCAPE '\'", "false"),
    value(COMPARISON, r"'South\XAmerica' LIKE 'South\_America'", "true"),
    answers(
        COMPARISON,
        "SELECT * FROM (VALUES 'America', 'Asia', 'Africa', 'Europe', 'Australia', 'Antarctica') AS"
        " t (continent)"
        " WHERE continent LIKE 'E%'",
        ("Europe",),
        columns=("continent",),
    ),
    answers(
        COMPARISON,
        "SELECT * FROM (VALUES 'America', 'Asia', 'Africa', 'Europe', 'Australia', 'Antarctica') AS"
        " t (continent)"
        " WHERE continent LIKE 'A__a'",
        ("Asia",),
    ),
    answers(
        COMPARISON,
        "SELECT * FROM (VALUES 'America', 'Asia', 'Africa', 'Europe', 'Australia', 'Antarctica') AS"
        " t (continent)"
        " WHERE continent NOT LIKE 'A%'",
        ("Europe",),
    ),
    value(
        f"{ATHENA}/concatenating-strings-and-arrays.html",
        "'This' || ' is' || ' a' || ' test.'",
        "This is a test.",
    ),
    fails(
        ENGINE_3,
        "SELECT concat('a')",
        "INVALID_FUNCTION_ARGUMENT: There must be two or more concatenation arguments",
    ),
    fails(
        PAGE, "SELECT split_part('a', ',', 0)", "INVALID_FUNCTION_ARGUMENT: Index must be greater than zero"
    ),
]
