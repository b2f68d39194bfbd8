use jiff::SignedDuration;

use super::super::list::{Iterators, Listing, Query};
use super::*;
use crate::bases::ids::IteratorId;

/// An office with as many clients, and what walks through them.
struct Walk {
    office: Office,
    iterators: Iterators,
    at: Timestamp,
}

impl Walk {
    fn new(clients: usize) -> Self {
        let mut office = Office::new();
        for number in 0..clients {
            office.create(CLIENTS, json!([{ "Name": format!("{number:02}") }])).unwrap();
        }
        Self { office, iterators: Iterators::default(), at: Timestamp::UNIX_EPOCH }
    }

    fn begin(&mut self, query: &Query) -> Result<(Vec<String>, Option<String>), ApiError> {
        let (tables, table) = (&self.office.tables, self.office.table(CLIENTS));
        let listing = Listing::freeze(&self.office.read(), table, query)?;
        let iterator: IteratorId = self.office.batch(CLIENTS).mint.make();
        let page = self.iterators.begin(tables, listing, iterator, query.page_size()?, self.at)?;
        let names = page.records.iter().map(|record| self.office.read().name_of(table, record)).collect();
        Ok((names, page.offset.map(|offset| offset.to_string())))
    }

    fn go_on(&mut self, offset: &str, size: usize) -> Result<(Vec<String>, Option<String>), ApiError> {
        let (tables, table) = (&self.office.tables, self.office.table(CLIENTS));
        let page = self.iterators.go_on(tables, table, offset, size, self.at)?;
        let names = page.records.iter().map(|record| self.office.read().name_of(table, record)).collect();
        Ok((names, page.offset.map(|offset| offset.to_string())))
    }
}

#[test]
fn pages_end_where_the_most_that_was_asked_for_ends() {
    let mut walk = Walk::new(30);
    let query = Query { page_size: Some(10), max_records: Some(25), ..Query::default() };
    let (first, offset) = walk.begin(&query).unwrap();
    let (second, next) = walk.go_on(&offset.unwrap(), 10).unwrap();
    let (third, end) = walk.go_on(&next.unwrap(), 10).unwrap();
    assert_eq!((first.len(), second.len(), third.len(), end), (10, 10, 5, None));
    assert_eq!(third.last().unwrap(), "24");
}

#[test]
fn a_page_is_read_again_and_what_was_deleted_is_passed_over() {
    let mut walk = Walk::new(5);
    let query = Query { page_size: Some(2), ..Query::default() };
    let offset = walk.begin(&query).unwrap().1.unwrap();
    assert_eq!(walk.go_on(&offset, 2).unwrap(), walk.go_on(&offset, 2).unwrap());
    let ids: Vec<_> =
        walk.office.tables.records(walk.office.table(CLIENTS)).map(|record| record.id).collect();
    walk.office.delete(CLIENTS, &[ids[0], ids[2]]).unwrap();
    walk.office.create(CLIENTS, json!([{ "Name": "late" }])).unwrap();
    assert_eq!(walk.go_on(&offset, 2).unwrap(), (vec!["03".to_owned(), "04".to_owned()], None));
}

#[test]
fn a_list_that_nobody_walks_on_is_gone() {
    let mut walk = Walk::new(3);
    let offset = walk.begin(&Query { page_size: Some(1), ..Query::default() }).unwrap().1.unwrap();
    walk.at += SignedDuration::from_mins(9);
    walk.go_on(&offset, 1).unwrap();
    walk.at += SignedDuration::from_mins(11);
    assert_eq!(walk.go_on(&offset, 1), Err(ApiError::IteratorNotAvailable));
    for wrong in ["", "5", "itr/rec", "itr00000000000000"] {
        assert_eq!(walk.go_on(wrong, 1), Err(ApiError::InvalidOffset(wrong.into())));
    }
}

#[test]
fn a_list_of_one_table_is_not_gone_on_with_in_another() {
    let mut walk = Walk::new(3);
    let offset = walk.begin(&Query { page_size: Some(1), ..Query::default() }).unwrap().1.unwrap();
    let (tables, other) = (&walk.office.tables, walk.office.table(INVOICES));
    let gone_on = walk.iterators.go_on(tables, other, &offset, 1, walk.at);
    assert_eq!(gone_on.unwrap_err(), ApiError::IteratorNotAvailable);
    assert_eq!(walk.go_on(&offset, 1).unwrap().0, ["01"]);
}

#[test]
fn the_lists_nobody_asked_for_the_longest_make_room_for_new_ones() {
    let mut walk = Walk::new(3);
    walk.iterators.records_max = 8;
    let mut begin = || {
        walk.at += SignedDuration::from_secs(1);
        let offset = walk.begin(&Query { page_size: Some(1), ..Query::default() }).unwrap().1.unwrap();
        walk.office.ticks += 1;
        offset
    };
    let (first, second, third) = (begin(), begin(), begin());
    assert_eq!(walk.go_on(&first, 1), Err(ApiError::IteratorNotAvailable));
    assert!(walk.go_on(&second, 1).is_ok() && walk.go_on(&third, 1).is_ok());
}

#[test]
fn what_a_list_cannot_be_is_refused() {
    let mut walk = Walk::new(1);
    let fault = |walk: &mut Walk, query: Query| walk.begin(&query).unwrap_err().kind();
    for size in [0, 101] {
        let query = Query { page_size: Some(size), ..Query::default() };
        assert_eq!(fault(&mut walk, query), "INVALID_REQUEST_UNKNOWN");
    }
    let query = Query { view: Some("Nope".into()), ..Query::default() };
    assert_eq!(fault(&mut walk, query), "VIEW_NAME_NOT_FOUND");
    let query = Query { sort: vec![("Nope".into(), Direction::Ascending)], ..Query::default() };
    assert_eq!(fault(&mut walk, query), "UNKNOWN_FIELD_NAME");
}

/// Four clients; totals are 3, 7 and 7, and one has none.
fn market() -> Walk {
    let mut walk = Walk::new(0);
    let amounts =
        json!([{ "Amount": 3, "Due": "2024-03-01T23:30:00.000Z" }, { "Amount": 7 }, { "Amount": 7 }]);
    let invoices = walk.office.create(INVOICES, amounts).unwrap();
    let rows = json!([
        { "Name": "Small", "Status": "Open", "Invoices": [invoices[0]] },
        { "Name": "Big", "Status": "Open", "Invoices": [invoices[1]] },
        { "Name": "Also big", "Status": "Open", "Invoices": [invoices[2]] },
        { "Name": "Gone", "Status": "Done" },
    ]);
    walk.office.create(CLIENTS, rows).unwrap();
    walk
}

fn names(query: Query) -> Result<Vec<String>, ApiError> {
    market().begin(&query).map(|(names, _)| names)
}

fn filtered(filter: &str) -> Result<Vec<String>, ApiError> {
    names(Query { filter: Some(filter.into()), ..Query::default() })
}

#[test]
fn a_filter_keeps_what_it_holds_for() {
    for (filter, expected) in [
        ("{Total} > 3", &["Big", "Also big"] as &[&str]),
        ("{status}='Done'", &["Gone"]),
        ("{Mail}", &[]),
        ("1/0", &["Small", "Big", "Also big", "Gone"]),
        ("YEAR({Name})", &[]),
        ("{Label}='Small (3)'", &["Small"]),
        ("FIND('Also', {Name}) > 0", &["Also big"]),
        ("{fldName0000000000}='Gone'", &["Gone"]),
        (" ", &["Small", "Big", "Also big", "Gone"]),
    ] {
        assert_eq!(filtered(filter).unwrap(), expected, "{filter}");
    }
}

#[test]
fn a_field_to_sort_by_that_comes_again_makes_no_difference() {
    let down = ("Name".to_owned(), Direction::Descending);
    let again = std::iter::repeat_n(("fldName0000000000".to_owned(), Direction::Ascending), 100_000);
    let query = Query { sort: [down].into_iter().chain(again).collect(), ..Query::default() };
    assert_eq!(names(query).unwrap(), ["Small", "Gone", "Big", "Also big"]);
}

#[test]
fn what_is_no_filter_is_refused_in_the_words_of_airtable() {
    let said = |filter: &str| filtered(filter).unwrap_err().body()["error"].clone();
    for filter in ["{Name", "NOPE()", "LEN()", "{Name} ==", "1)"] {
        assert_eq!(
            said(filter),
            json!({ "type": "INVALID_FILTER_BY_FORMULA", "message":
                "The formula for filtering records is invalid: Invalid formula. Please check your formula text." })
        );
    }
    assert_eq!(
        said("AND({Nope}, {Name}, None, {Nope})")["message"],
        "The formula for filtering records is invalid: Unknown field names: nope, none"
    );
}

#[test]
fn days_are_told_in_the_zone_that_is_given() {
    let mut walk = market();
    let table = walk.office.table(INVOICES);
    let mut found = |zone: Option<&str>| {
        let zone = zone.map(|name| jiff::tz::TimeZone::get(name).unwrap());
        let query = Query { filter: Some("DAY({Due}) = 2".into()), zone, ..Query::default() };
        let listing = Listing::freeze(&walk.office.read(), table, &query).unwrap();
        let iterator = walk.office.batch(INVOICES).mint.make();
        let page = walk.iterators.begin(&walk.office.tables, listing, iterator, 100, walk.at).unwrap();
        page.records.len()
    };
    assert_eq!((found(None), found(Some("Europe/Berlin"))), (0, 1));
}

#[test]
fn a_view_filters_and_orders_unless_another_order_is_asked_for() {
    for view in ["Open ones", "viwOpen0000000000", "OPEN ONES"] {
        let query = Query { view: Some(view.into()), ..Query::default() };
        assert_eq!(names(query).unwrap(), ["Also big", "Big", "Small"]);
    }
    let sort = vec![("Name".to_owned(), Direction::Descending)];
    let query = Query { view: Some("Open ones".into()), sort, ..Query::default() };
    assert_eq!(names(query).unwrap(), ["Small", "Big", "Also big"]);
    let filter = Some("{Total} = 7".to_owned());
    let query = Query { view: Some("Open ones".into()), filter, max_records: Some(1), ..Query::default() };
    assert_eq!(names(query).unwrap(), ["Also big"]);
    let query = Query { view: Some("viw99999999999999".into()), ..Query::default() };
    assert_eq!(names(query).unwrap_err().kind(), "VIEW_ID_NOT_FOUND");
}

#[test]
fn records_are_ordered_by_what_is_worked_out() {
    let sort = vec![("Total".to_owned(), Direction::Ascending), ("Label".to_owned(), Direction::Descending)];
    assert_eq!(names(Query { sort, ..Query::default() }).unwrap(), ["Gone", "Small", "Big", "Also big"]);
}
