//! Functions of regular expressions, case by case.

use super::sheet::hold;

#[test]
fn matching_extracting_and_replacing() {
    hold(&[
        ("REGEX_MATCH('Hello World', 'Hello.World')", "true"),
        ("REGEX_MATCH('Hello World', '^World')", "false"),
        ("REGEX_MATCH('Grace', '(?i)^grace$')", "true"),
        ("REGEX_EXTRACT('Hello World', 'W.*')", "\"World\""),
        ("REGEX_EXTRACT('Hello World', 'x')", "#ERROR!"),
        ("REGEX_EXTRACT('order 1234', '\\d+')", "\"1234\""),
        ("REGEX_EXTRACT('order 1234', '\\\\d+')", "\"1234\""),
        ("REGEX_REPLACE('Hello World', ' W.*', '')", "\"Hello\""),
        ("REGEX_REPLACE('a-b c-d', '(\\w)-(\\w)', '$2$1')", "\"ba dc\""),
        ("REGEX_REPLACE('a', 'a', '$ $9$1x')", "\"$ x\""),
        ("REGEX_REPLACE('ab', '', '-')", "\"-a-b-\""),
        ("REGEX_MATCH('a', '(')", "#ERROR!"),
        ("REGEX_MATCH('a', '(?=a)')", "#ERROR!"),
        ("REGEX_MATCH('a', REPT('a', 3000))", "#ERROR!"),
        ("REGEX_MATCH('a', '((((a{100}){100}){100}){100})')", "#ERROR!"),
    ]);
}
