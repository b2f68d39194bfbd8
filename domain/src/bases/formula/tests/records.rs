//! Functions of the record, case by case.

use super::sheet::hold;

#[test]
fn the_record_tells_of_itself() {
    hold(&[
        ("RECORD_ID()", "\"rec00000000000001\""),
        ("RECORD_ID() = 'rec00000000000001'", "true"),
        ("CREATED_TIME()", "2024-01-01T08:00:00.000Z"),
        ("LAST_MODIFIED_TIME()", "2024-02-02T00:00:00.000Z"),
        ("LAST_MODIFIED_TIME(Text, Number)", "2024-02-01T00:00:00.000Z"),
        ("LAST_MODIFIED_TIME(Nothing)", "blank"),
        ("LAST_MODIFIED_TIME('Text')", "#ERROR!"),
        ("IS_AFTER(LAST_MODIFIED_TIME(), DATETIME_PARSE('2024-02-01T23:59:59.000Z'))", "true"),
    ]);
}
