//! Reading comma-separated values: what is quoted may hold commas, ends of lines, and quotes that are doubled.

use std::mem::take;

/// Rows with nothing in them are left out. Nothing at all where a quote is not closed.
pub fn read(text: &str) -> Option<Vec<Vec<String>>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    // The mark that spreadsheets put before what they write.
    let mut characters = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            inside if quoted => cell.push(inside),
            ',' => row.push(take(&mut cell)),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' => {
                row.push(take(&mut cell));
                rows.push(take(&mut row));
            }
            other => cell.push(other),
        }
    }
    row.push(cell);
    rows.push(row);
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    (!quoted).then_some(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commas_ends_of_lines_and_quotes_may_be_quoted() {
        let rows = read("\u{feff}a,\"b,\r\nc\",\"\"\"d\"\"\"\r\n\r\n,,\ne,,f").unwrap();
        assert_eq!(rows, [vec!["a", "b,\r\nc", "\"d\""], vec!["e", "", "f"]]);
        assert_eq!(read("a,\"b"), None);
        assert_eq!(read(""), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            rows in prop::collection::vec(prop::collection::vec("[a-c,\"\r\n é]{1,6}", 1..4), 0..5),
        ) {
            let cell = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",");
            let text = rows.iter().map(line).collect::<Vec<_>>().join("\r\n");
            prop_assert_eq!(read(&text), Some(rows));
        }
    }
}
