//! Functions of numbers, case by case.

use super::sheet::hold;

#[test]
fn one_number_and_two() {
    hold(&[
        ("ABS(-5)", "5"),
        ("EXP(0)", "1"),
        ("LOG(1024, 2)", "10"),
        ("LOG(1000)", "3"),
        ("LOG(-1)", "NaN"),
        ("MOD(7, 3)", "1"),
        ("MOD(-7, 3)", "2"),
        ("MOD(7, -3)", "-2"),
        ("MOD(6, 3)", "0"),
        ("MOD(1, 0)", "NaN"),
        ("POWER(3, 3)", "27"),
        ("SQRT(100)", "10"),
        ("SQRT(-1)", "NaN"),
    ]);
}

#[test]
fn rounding() {
    hold(&[
        ("ROUND(3.5, 0)", "4"),
        ("ROUND(3.4, 0)", "3"),
        ("ROUND(-3.5, 0)", "-3"),
        ("ROUND(1234.5678, 2)", "1234.57"),
        ("ROUND(1234, -2)", "1200"),
        ("ROUND(2.5)", "3"),
        ("ROUND(5, 999)", "5"),
        ("ROUNDUP(1.1, 0)", "2"),
        ("ROUNDUP(-1.1, 0)", "-2"),
        ("ROUNDUP(1.1, 1)", "1.1"),
        ("ROUNDDOWN(1.9, 0)", "1"),
        ("ROUNDDOWN(-1.9, 0)", "-1"),
        ("CEILING(1.05)", "2"),
        ("CEILING(1.05, 0.1)", "1.1"),
        ("CEILING(-1.9)", "-1"),
        ("FLOOR(1.99)", "1"),
        ("FLOOR(1.99, 0.1)", "1.9"),
        ("FLOOR(-1.1)", "-2"),
        ("INT(1.99)", "1"),
        ("INT(-1.99)", "-2"),
        ("EVEN(2.2)", "4"),
        ("EVEN(5)", "6"),
        ("EVEN(-0.1)", "0"),
        ("ODD(1.1)", "3"),
        ("ODD(-1.1)", "-3"),
        ("ODD(2)", "3"),
        ("ODD(3)", "3"),
        ("ODD(0/0)", "NaN"),
    ]);
}

#[test]
fn many_values() {
    hold(&[
        ("SUM(10, 11, 12)", "33"),
        ("SUM('a', Nothing)", "0"),
        ("SUM(Größe, 1)", "3"),
        ("AVERAGE(1, 2, 6)", "3"),
        ("AVERAGE(2, Nothing, 'x')", "2"),
        ("AVERAGE(Nothing)", "NaN"),
        ("MAX(10, 100, Größe)", "100"),
        ("MIN(10, 100, Größe)", "2"),
        ("MAX(Nothing)", "0"),
        ("MAX({we\\}ird}, DATETIME_PARSE('2030-01-01'))", "2030-01-01"),
        ("MIN({we\\}ird}, DATETIME_PARSE('2030-01-01'))", "2024-01-02T03:04:05.000Z"),
        ("COUNT(1, 2, 3, 'four', Nothing)", "3"),
        ("COUNTA(1, 2, 3, 'four', Nothing, '')", "4"),
        ("COUNTALL(1, 2, 3, 'four', '')", "5"),
        ("COUNT(Größe)", "1"),
        ("COUNTA(Größe)", "2"),
        ("COUNTALL(Größe)", "3"),
    ]);
}
