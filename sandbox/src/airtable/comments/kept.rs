//! The comments of a base, record by record.

use std::collections::BTreeMap;

use domain::bases::errors::ApiError;
use domain::bases::ids::{CommentId, RecordId};

use super::Comment;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comments {
    /// Each with the how manieth of the base it is, the oldest first.
    by_record: BTreeMap<RecordId, Vec<(u64, Comment)>>,
    last_number: u64,
}

/// Comments from the newest on, and where the next ones begin.
pub struct Page<'a> {
    pub comments: Vec<&'a Comment>,
    pub offset: Option<String>,
}

impl Comments {
    pub fn of(&self, record: RecordId) -> impl DoubleEndedIterator<Item = &Comment> {
        self.numbered(record).iter().map(|(_, comment)| comment)
    }

    pub fn count(&self, record: RecordId) -> usize {
        self.numbered(record).len()
    }

    pub fn find(&self, record: RecordId, id: CommentId) -> Option<&Comment> {
        self.of(record).find(|comment| comment.id == id)
    }

    /// Unsettled: that the newest come first. An offset stays good whatever is written or deleted meanwhile.
    pub fn page(&self, record: RecordId, offset: Option<&str>, size: usize) -> Result<Page<'_>, ApiError> {
        let invalid = |offset: &str| ApiError::InvalidOffset(offset.to_owned());
        let below = match offset {
            Some(offset) => offset.parse().map_err(|_| invalid(offset))?,
            None => u64::MAX,
        };
        let mut older = self.numbered(record).iter().rev().filter(|(number, _)| *number < below);
        let shown: Vec<&(u64, Comment)> = older.by_ref().take(size).collect();
        let is_over = older.next().is_none();
        let offset = shown.last().filter(|_| !is_over).map(|(number, _)| number.to_string());
        Ok(Page { comments: shown.into_iter().map(|(_, comment)| comment).collect(), offset })
    }

    pub fn add(&mut self, record: RecordId, comment: Comment) {
        self.last_number += 1;
        self.by_record.entry(record).or_default().push((self.last_number, comment));
    }

    pub fn find_mut(&mut self, record: RecordId, id: CommentId) -> Option<&mut Comment> {
        let all = self.by_record.get_mut(&record)?;
        all.iter_mut().map(|(_, comment)| comment).find(|comment| comment.id == id)
    }

    /// Unsettled: answers to it stay.
    pub fn remove(&mut self, record: RecordId, id: CommentId) {
        if let Some(all) = self.by_record.get_mut(&record) {
            all.retain(|(_, comment)| comment.id != id);
        }
    }

    /// A record takes its comments with it.
    pub fn forget(&mut self, record: RecordId) {
        self.by_record.remove(&record);
    }

    fn numbered(&self, record: RecordId) -> &[(u64, Comment)] {
        self.by_record.get(&record).map_or(&[], Vec::as_slice)
    }
}
