"""Rows of Athena in a notebook: a table, in which nothing that a file holds is markup."""

from lab.answertable import SHOWN, html
from lab.athena import Answer


def test_an_answer_shows_itself_as_a_table() -> None:
    answer = Answer(
        "q", ["<id>", "n"], ["varchar", "bigint"], [["<b>&", "3"], ["", None]], 0.1, 9, "s3://b/q"
    )

    shown = answer._repr_html_()

    assert '<th style="text-align: left">&lt;id&gt;</th><th style="text-align: right">n</th>' in shown
    assert '<tr><td style="text-align: left">&lt;b&gt;&amp;</td><td style="text-align: right">3</td>' in shown
    assert '<td style="text-align: left"></td><td style="text-align: right"><span' in shown
    assert "2 rows" in shown


def test_of_many_rows_the_first_are_shown_and_all_counted() -> None:
    shown = html(["n"], ["integer"], [[str(number)] for number in range(1500)])

    assert shown.count("<tr><td") == SHOWN
    assert f"1,500 rows, the first {SHOWN} of them above" in shown
