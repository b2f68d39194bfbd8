//! A sweep reads every page, and begins again when Airtable forgets where it was.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;

use crate::bases::errors::ApiError;
use crate::bases::ids::{BaseId, FieldId, RecordId, TableId};
use crate::bases::ports::{
    Fault, FoundRecord, Page, Place, Query, RESTARTS_MAX, Records, Row, Sweep, Swept, Trouble, Upserted,
};
use crate::bases::table::{Fields, Verb};

/// Pages in the order they are given out, and the offsets that were asked for.
struct Pages {
    answers: Mutex<VecDeque<Result<Page, Fault>>>,
    asked: Mutex<Vec<Option<String>>>,
}

impl Pages {
    fn new(answers: impl IntoIterator<Item = Result<Page, Fault>>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() }
    }

    fn asked(&self) -> Vec<Option<String>> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Records for Pages {
    async fn page(&self, _: Place, _: &Query, offset: Option<&str>) -> Result<Page, Fault> {
        self.asked.lock().unwrap().push(offset.map(str::to_owned));
        self.answers.lock().unwrap().pop_front().unwrap_or_else(forgotten)
    }

    async fn get(&self, _: Place, _: RecordId) -> Result<FoundRecord, Fault> {
        unreachable!("a sweep only lists")
    }

    async fn create(&self, _: Place, _: &[Fields], _: bool) -> Result<Vec<FoundRecord>, Fault> {
        unreachable!("a sweep only lists")
    }

    async fn update(
        &self,
        _: Place,
        _: Verb,
        _: &[(RecordId, Fields)],
        _: bool,
    ) -> Result<Vec<FoundRecord>, Fault> {
        unreachable!("a sweep only lists")
    }

    async fn upsert(&self, _: Place, _: Verb, _: &[FieldId], _: &[Row], _: bool) -> Result<Upserted, Fault> {
        unreachable!("a sweep only lists")
    }

    async fn delete(&self, _: Place, _: &[RecordId]) -> Result<Vec<RecordId>, Fault> {
        unreachable!("a sweep only lists")
    }
}

fn page(offset: Option<&str>) -> Result<Page, Fault> {
    Ok(Page { records: Vec::new(), offset: offset.map(str::to_owned) })
}

fn forgotten() -> Result<Page, Fault> {
    Err(ApiError::IteratorNotAvailable.into())
}

fn sweep() -> Sweep {
    let base = BaseId::parse("app00000000000000").unwrap();
    let table = TableId::parse("tbl00000000000000").unwrap();
    Sweep::new(Place { base, table }, Query::default())
}

/// What comes of a future that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn next(sweep: &mut Sweep, pages: &Pages) -> Result<Option<Swept>, Fault> {
    at_once(sweep.next(pages))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_sweep_goes_from_page_to_page_and_ends() {
    let pages = Pages::new([page(Some("a")), page(Some("b")), page(None)]);
    let mut sweep = sweep();
    for _ in 0..3 {
        assert_eq!(next(&mut sweep, &pages), Ok(Some(Swept::Records(vec![]))));
    }
    assert_eq!(next(&mut sweep, &pages), Ok(None));
    assert_eq!(pages.asked(), [None, some("a"), some("b")]);
}

#[test]
fn a_sweep_whose_place_is_forgotten_begins_again_and_says_so() {
    let pages = Pages::new([page(Some("a")), forgotten(), page(Some("c")), page(None)]);
    let mut sweep = sweep();
    assert_eq!(next(&mut sweep, &pages), Ok(Some(Swept::Records(vec![]))));
    assert_eq!(next(&mut sweep, &pages), Ok(Some(Swept::Restarted)));
    assert_eq!(next(&mut sweep, &pages), Ok(Some(Swept::Records(vec![]))));
    assert_eq!(next(&mut sweep, &pages), Ok(Some(Swept::Records(vec![]))));
    assert_eq!(next(&mut sweep, &pages), Ok(None));
    assert_eq!(pages.asked(), [None, some("a"), None, some("c")]);
}

#[test]
fn a_sweep_does_not_begin_again_for_ever() {
    let answers = (0..=RESTARTS_MAX).flat_map(|_| [page(Some("a")), forgotten()]);
    let (pages, mut sweep) = (Pages::new(answers), sweep());
    for _ in 0..RESTARTS_MAX {
        next(&mut sweep, &pages).unwrap();
        assert_eq!(next(&mut sweep, &pages), Ok(Some(Swept::Restarted)));
    }
    next(&mut sweep, &pages).unwrap();
    assert_eq!(
        next(&mut sweep, &pages).unwrap_err().refused_as(),
        Some("LIST_RECORDS_ITERATOR_NOT_AVAILABLE")
    );
}

#[test]
fn a_first_page_that_is_refused_is_no_reason_to_begin_again() {
    assert!(next(&mut sweep(), &Pages::new([forgotten()])).is_err());
}

#[test]
fn a_sweep_goes_on_after_a_fault_where_it_was() {
    let fault = Fault::Unavailable(Trouble::Broken);
    let pages = Pages::new([page(Some("a")), Err(fault.clone()), page(None)]);
    let mut sweep = sweep();
    next(&mut sweep, &pages).unwrap();
    assert_eq!(next(&mut sweep, &pages), Err(fault));
    next(&mut sweep, &pages).unwrap();
    assert_eq!(pages.asked(), [None, some("a"), some("a")]);
}
