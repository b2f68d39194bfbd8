//! Whatever somebody changed, what was seen before becomes what is seen now; in which order things stand is left out.

use super::super::*;
use crate::bases::samples;

/// The base after one thing of it went, or got another type or other choices: one for each that can be.
fn changed() -> Vec<Base> {
    let base = samples::base();
    let mut plans: Vec<_> = base.tables.iter().map(|table| base.plan_table_deletion(&table.name)).collect();
    for table in &base.tables {
        for field in &table.fields {
            plans.push(base.plan_field_deletion(table.id, &field.name));
            let (table, field, kind) = (table.id, field.id, FieldType::MultilineText);
            plans.push(Ok(vec![SchemaChange::FieldRetyped { table, field, kind }]));
        }
    }
    plans.extend(choices(&base).map(Ok));
    let carry_out = |changes: Vec<SchemaChange>| {
        let mut base = base.clone();
        changes.iter().for_each(|change| base.apply(change));
        base
    };
    plans.into_iter().flatten().map(carry_out).collect()
}

fn choices(base: &Base) -> impl Iterator<Item = Vec<SchemaChange>> {
    let fields = base.tables.iter().flat_map(|table| table.fields.iter().map(move |field| (table.id, field)));
    let first = |(table, field): (_, &Field)| Some((table, field.id, field.choices()?.choices.first()?.id));
    let all: Vec<_> = fields.filter_map(first).collect();
    all.into_iter().flat_map(|(table, field, choice)| {
        let name = "Else".to_owned();
        let renamed = SchemaChange::ChoiceRenamed { table, field, choice, name };
        [vec![SchemaChange::ChoiceDeleted { table, field, choice }], vec![renamed]]
    })
}

fn in_order(mut base: Base) -> Base {
    base.tables.sort_by_key(|table| table.id);
    for table in &mut base.tables {
        table.fields.sort_by_key(|field| field.id);
        table.views.sort_by_key(|view| view.id);
    }
    base
}

#[test]
fn what_was_seen_before_becomes_what_is_seen_later() {
    let (base, changed) = (samples::base(), changed());
    assert!(changed.len() > 20);
    for other in changed {
        assert_ne!(base, other);
        for (now, seen) in [(&base, &other), (&other, &base)] {
            let mut followed = now.clone();
            let changes = now.changes_to(seen);
            changes.iter().for_each(|change| followed.apply(change));
            assert_eq!(in_order(followed), in_order(seen.clone()), "{changes:?}");
        }
    }
}

#[test]
fn what_did_not_change_is_not_told() {
    assert_eq!(samples::base().changes_to(&samples::base()), []);
}

#[test]
fn a_choice_that_is_called_otherwise_keeps_its_cells() {
    let base = samples::base();
    let renamed = choices(&base).nth(1).unwrap();
    let mut seen = base.clone();
    renamed.iter().for_each(|change| seen.apply(change));
    assert_eq!(base.changes_to(&seen), renamed);
}
