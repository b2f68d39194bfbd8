//! Who is linked with whom. A link has two sides and is kept once; each side has an order of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::ordered::Ordered;
use crate::bases::ids::{FieldId, RecordId};

/// A field that links, and the field that shows the same links from the other end, where there is one.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    pub field: FieldId,
    pub inverse: Option<FieldId>,
}

type Side = BTreeMap<RecordId, Ordered>;

/// The second side is kept even where no field shows it, to know who links to a record that goes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Relation {
    near: Side,
    far: Side,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Links {
    /// By the lesser of the two fields.
    relations: BTreeMap<FieldId, Relation>,
}

impl Ends {
    fn home(self) -> FieldId {
        self.inverse.map_or(self.field, |inverse| inverse.min(self.field))
    }

    fn is_home(self) -> bool {
        self.home() == self.field
    }
}

impl Links {
    pub fn of(&self, ends: Ends, record: RecordId) -> Option<&Ordered> {
        let relation = self.relations.get(&ends.home())?;
        if ends.is_home() { relation.near.get(&record) } else { relation.far.get(&record) }
    }

    /// Sets what one side is known to hold. The other side is left as it is, unless no field shows it.
    pub fn set(&mut self, ends: Ends, record: RecordId, linked: &[RecordId]) {
        let relation = self.relations.entry(ends.home()).or_default();
        let (own, other) = match ends.is_home() {
            true => (&mut relation.near, &mut relation.far),
            false => (&mut relation.far, &mut relation.near),
        };
        let mut list = Ordered::default();
        linked.iter().for_each(|one| list.push(*one));
        let before = if list.is_empty() { own.remove(&record) } else { own.insert(record, list) };
        if ends.inverse.is_none() {
            before.iter().flat_map(Ordered::iter).for_each(|one| take(other, one, record));
            linked.iter().for_each(|one| other.entry(*one).or_default().push(record));
        }
    }

    /// A record that is removed and added keeps its place on the other side.
    pub fn change(&mut self, ends: Ends, record: RecordId, removed: &[RecordId], added: &[RecordId]) {
        let relation = self.relations.entry(ends.home()).or_default();
        let (own, other) = match ends.is_home() {
            true => (&mut relation.near, &mut relation.far),
            false => (&mut relation.far, &mut relation.near),
        };
        let moved: BTreeSet<_> = added.iter().collect();
        for linked in removed {
            take(own, record, *linked);
            if !moved.contains(linked) {
                take(other, *linked, record);
            }
        }
        for linked in added {
            own.entry(record).or_default().push(*linked);
            other.entry(*linked).or_default().push(record);
        }
    }

    /// Forgets the links of a field. They stay with its inverse, which links one way from now on.
    pub fn without(&mut self, ends: Ends) {
        let Some(mut relation) = self.relations.remove(&ends.home()) else { return };
        if let Some(inverse) = ends.inverse {
            if ends.is_home() {
                std::mem::swap(&mut relation.near, &mut relation.far);
            }
            self.relations.insert(inverse, relation);
        }
    }

    /// Takes a record out of every link.
    pub fn forget(&mut self, record: RecordId) {
        for relation in self.relations.values_mut() {
            forget(&mut relation.near, &mut relation.far, record);
            forget(&mut relation.far, &mut relation.near, record);
        }
    }
}

fn take(side: &mut Side, record: RecordId, linked: RecordId) {
    if let Some(list) = side.get_mut(&record) {
        list.remove(linked);
        if list.is_empty() {
            side.remove(&record);
        }
    }
}

fn forget(own: &mut Side, other: &mut Side, record: RecordId) {
    let Some(list) = own.remove(&record) else { return };
    for linked in list.iter() {
        take(other, linked, record);
    }
}

/// How a list becomes another one: what is removed, then what is added at the end. What stays in order stays.
pub fn difference(before: &[RecordId], after: &[RecordId]) -> (Vec<RecordId>, Vec<RecordId>) {
    let kept = kept(before, after);
    let stays: BTreeSet<_> = after[..kept].iter().collect();
    let removed = before.iter().filter(|record| !stays.contains(record)).copied().collect();
    (removed, after[kept..].to_vec())
}

/// How many of the first records of the new list stand in the old one in this order.
fn kept(before: &[RecordId], after: &[RecordId]) -> usize {
    let mut old = before.iter();
    after.iter().take_while(|record| old.any(|other| other == *record)).count()
}
