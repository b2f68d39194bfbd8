//! References: fields are found by name or id, kept by id, and shown by the name they have now.

use super::arbitrary::fields;
use crate::bases::formula::{FieldNames, Formula, ProblemKind};

fn stored(text: &str) -> String {
    Formula::read(text, &fields()).unwrap().stored()
}

#[test]
fn a_field_is_found_by_name_by_id_and_in_other_case() {
    for text in ["Number", "{Number}", "{number}", "NUMBER", "{fldNumber00000000}", "fldNumber00000000"] {
        assert_eq!(stored(text), "{fldNumber00000000}", "{text}");
    }
    assert_eq!(stored("{we\\}ird} & Größe"), "{fldDate0000000000} & {fldList0000000000}");
}

#[test]
fn an_exact_name_goes_before_an_id_and_an_id_before_other_case() {
    let fields = FieldNames::new([("fld1", "a"), ("fld2", "A"), ("fld3", "fld1"), ("fld4", "FLD2")]);
    let stored = |text: &str| Formula::read(text, &fields).unwrap().stored();
    assert_eq!(stored("a & A"), "fld1 & fld2");
    assert_eq!(stored("fld1 & fld2"), "fld3 & fld2");
}

#[test]
fn all_unknown_fields_are_named_at_the_first_of_them() {
    let problem = Formula::read("'Bar' & {Bar} & Text & {Foo x} & {Bar}", &fields()).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::UnknownFields(vec!["Bar".to_owned(), "Foo x".to_owned()]));
    assert_eq!(problem.kind.to_string(), "Unknown field names: bar, foo x");
    assert_eq!(problem.position.column, 9);
}

#[test]
fn renaming_a_field_changes_nothing_but_how_the_formula_is_shown() {
    let formula = Formula::read("LEFT({Text}, Number)", &fields()).unwrap();
    let renamed = FieldNames::new([("fldText0000000000", "Name of it"), ("fldNumber00000000", "ends\\")]);
    assert_eq!(formula.shown(&fields()), "LEFT(Text, Number)");
    assert_eq!(formula.shown(&renamed), "LEFT({Name of it}, {fldNumber00000000})");
    assert_eq!(Formula::restore(&formula.stored()), Ok(formula.clone()));
    assert_eq!(formula.shown(&FieldNames::default()), formula.stored());
}

#[test]
fn a_formula_that_grows_by_being_stored_is_restored_all_the_same() {
    let formula =
        Formula::read(&vec!["a"; 50_000].join("+"), &FieldNames::new([("fldNumber00000000", "a")])).unwrap();
    assert!(formula.stored().len() > 1_000_000);
    assert_eq!(Formula::restore(&formula.stored()), Ok(formula));
}

#[test]
fn dependencies_are_fields_and_time() {
    let dependencies = |text: &str| Formula::read(text, &fields()).unwrap().dependencies();
    let found = dependencies("IF(-Number > 1, LAST_MODIFIED_TIME({Text}), Number & 'Nothing')");
    assert_eq!(
        found.fields.iter().map(|id| &**id).collect::<Vec<_>>(),
        ["fldNumber00000000", "fldText0000000000"]
    );
    assert!(found.changes && !found.now && !found.any_change);
    assert!(!dependencies("Number + 1").changes);
    assert!(dependencies("1 + (TODAY() & '')").now);
    assert!(dependencies("LAST_MODIFIED_TIME()").any_change);
    assert!(dependencies("LAST_MODIFIED_TIME({Number})").changes);
}
