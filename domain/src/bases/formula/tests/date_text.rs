//! Functions between dates and texts, case by case.

use super::sheet::hold;

#[test]
fn writing() {
    hold(&[
        ("DATESTR('02/17/13')", "\"2013-02-17\""),
        ("TIMESTR('02/17/2013 7:31:25')", "\"07:31:25\""),
        ("DATETIME_FORMAT('07/10/19', 'YYYY')", "\"2019\""),
        ("DATETIME_FORMAT({we\\}ird})", "\"2024-01-02T03:04:05+00:00\""),
        ("DATETIME_FORMAT({we\\}ird}, 'M/D/YYYY h:mm a')", "\"1/2/2024 3:04 am\""),
        (
            "DATETIME_FORMAT({we\\}ird}, 'dddd, MMMM Do [at] HH:mm:ss.SSS')",
            "\"Tuesday, January 2nd at 03:04:05.000\"",
        ),
        (
            "DATETIME_FORMAT({we\\}ird}, 'LLLL | lll | LT')",
            "\"Tuesday, January 2, 2024 3:04 AM | Jan 2, 2024 3:04 AM | 3:04 AM\"",
        ),
        (
            "DATETIME_FORMAT({we\\}ird}, 'YY Q Qo MM DDDD ddd dd d E w WW GGGG X x')",
            "\"24 1 1st 01 002 Tue Tu 2 2 1 01 2024 1704164645 1704164645000\"",
        ),
        ("DATETIME_FORMAT('2024-03-12T15:00:00Z', 'Do h A k [of [] !]')", "\"12th 3 PM 15 of [ !]\""),
        (
            "DATETIME_FORMAT(SET_TIMEZONE({we\\}ird}, 'America/New_York'), 'YYYY-MM-DD HH:mm Z z')",
            "\"2024-01-01 22:04 -05:00 EST\"",
        ),
        ("DATETIME_FORMAT(SET_TIMEZONE({we\\}ird}, 'Asia/Kolkata'), 'HH:mm ZZ')", "\"08:34 +0530\""),
        ("DATETIME_FORMAT(SET_LOCALE({we\\}ird}, 'en-gb'), 'MMMM')", "\"January\""),
        ("SET_LOCALE('2024-01-02', 'fr')", "2024-01-02"),
        ("SET_TIMEZONE({we\\}ird}, 'Nowhere/Land')", "#ERROR!"),
        ("DATETIME_FORMAT(Nothing, 'YYYY')", "#ERROR!"),
    ]);
}

#[test]
fn reading() {
    hold(&[
        ("DATETIME_PARSE('2024-01-02T03:04:05.000Z')", "2024-01-02T03:04:05.000Z"),
        ("DATETIME_PARSE('2024-01-02T03:04:05.123456+02:00')", "2024-01-02T01:04:05.123Z"),
        ("DATETIME_PARSE('2024-01-02 03:04-0130')", "2024-01-02T04:34:00.000Z"),
        ("DATETIME_PARSE('Jan 2, 2024 3:04 PM')", "2024-01-02T15:04:00.000Z"),
        ("DATETIME_PARSE('2 January 2024')", "2024-01-02"),
        ("DATETIME_PARSE('2024-01-02 nonsense')", "#ERROR!"),
        ("DATETIME_PARSE({we\\}ird})", "2024-01-02T03:04:05.000Z"),
        ("DATETIME_PARSE('4 Mar 2017 23:00', 'D MMM YYYY HH:mm')", "2017-03-04T23:00:00.000Z"),
        ("DATETIME_PARSE('17.02.2013', 'DD.MM.YYYY')", "2013-02-17"),
        ("DATETIME_PARSE('2013-2-1', 'YYYY/M/D')", "2013-02-01"),
        ("DATETIME_PARSE('March 4th 2017 1:05 pm', 'MMMM Do YYYY h:mm a', 'en')", "2017-03-04T13:05:00.000Z"),
        ("DATETIME_PARSE('2024-01-02 03:04 -05:00', 'YYYY-MM-DD HH:mm Z')", "2024-01-02T08:04:00.000Z"),
        ("DATETIME_PARSE('1704164645', 'X')", "2024-01-02T03:04:05.000Z"),
        ("DATETIME_PARSE('12/25', 'MM/DD')", "2024-12-25"),
        ("DATETIME_PARSE('13/25/2024', 'MM/DD/YYYY')", "#ERROR!"),
        ("DATETIME_PARSE('x', 'YYYY')", "#ERROR!"),
    ]);
}
