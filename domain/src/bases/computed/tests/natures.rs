use crate::bases::computed::nature::{Sort, of_formula};
use crate::bases::formula::{Expression, FieldNames, Formula};
use crate::bases::samples;

fn sort(text: &str) -> (Sort, bool) {
    let base = samples::base();
    let fields = base.tables.iter().flat_map(|table| &table.fields);
    let names = FieldNames::new(fields.map(|field| (field.id.as_str(), field.name.as_str())));
    let nature = of_formula(&base, &Formula::read(text, &names).unwrap());
    (nature.sort, nature.listed)
}

#[test]
fn the_type_of_a_formula_follows_from_its_text() {
    for (text, expected) in [
        ("1", Sort::Whole),
        ("1.5", Sort::Number),
        ("1 + {Stars}", Sort::Whole),
        ("{Amount} + 1", Sort::Number),
        ("4 / 2", Sort::Number),
        ("2 * 4 / 2", Sort::Number),
        ("-{Stars}", Sort::Whole),
        ("-'x'", Sort::Number),
        ("'a' & 1", Sort::Text),
        ("1 = 2", Sort::Whole),
        ("{Since}", Sort::Day),
        ("{Due}", Sort::Moment),
        ("{Made}", Sort::Moment),
        ("{Twice}", Sort::Number),
        ("{Label}", Sort::Text),
        ("{Paid}", Sort::Whole),
        ("BLANK()", Sort::Blank),
        ("TODAY()", Sort::Day),
        ("IF({Paid}, 1, 2.5)", Sort::Number),
        ("IF({Paid}, 1)", Sort::Whole),
        ("IF({Paid}, 'yes', 0)", Sort::Text),
        ("IF({Paid}, {Since}, {Due})", Sort::Moment),
        ("IF({Paid}, {Since}, 1)", Sort::Text),
        ("SWITCH({Status}, 'Open', 1, 'Done', 2)", Sort::Whole),
        ("SWITCH({Status}, 'Open', 1, 'x')", Sort::Text),
        ("MAX({Amount}, 1)", Sort::Number),
        ("MAX({Due}, {Made})", Sort::Moment),
        ("SUM({Stars}, 1)", Sort::Whole),
        ("ARRAYJOIN({Amounts})", Sort::Text),
    ] {
        assert_eq!(sort(text), (expected, false), "{text}");
    }
    assert_eq!(sort("{Amounts}"), (Sort::Number, true));
    assert_eq!(sort("IF({Paid}, ARRAYUNIQUE({Amounts}))"), (Sort::Number, true));
}

/// What is not listed is taken for a text, so each function that makes none must be.
#[test]
fn every_function_that_makes_no_text_is_known() {
    const TEXTS: [&str; 23] = [
        "ARRAYJOIN",
        "CONCATENATE",
        "DATESTR",
        "DATETIME_FORMAT",
        "ENCODE_URL_COMPONENT",
        "FROMNOW",
        "LEFT",
        "LOWER",
        "MID",
        "RECORD_ID",
        "REGEX_EXTRACT",
        "REGEX_REPLACE",
        "REPLACE",
        "REPT",
        "RIGHT",
        "SUBSTITUTE",
        "T",
        "TIMESTR",
        "TONOW",
        "TRIM",
        "UPPER",
        "IF",
        "SWITCH",
    ];
    let base = samples::base();
    for function in crate::bases::formula::functions() {
        let arguments = (0..7).find(|count| function.takes(*count)).unwrap();
        let text = format!("{}({})", function.name, vec!["'x'"; arguments].join(", "));
        let formula = Formula::read(&text, &FieldNames::default()).unwrap();
        assert!(matches!(formula.expression(), Expression::Call { .. }));
        let is_text = of_formula(&base, &formula).sort == Sort::Text;
        let passes_texts_on = function.name.starts_with("ARRAY");
        assert_eq!(is_text, TEXTS.contains(&function.name) || passes_texts_on, "{}", function.name);
    }
}
