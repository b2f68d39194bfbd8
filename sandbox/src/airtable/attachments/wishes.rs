//! The files that cells wait for.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::bases::cells::Attachment;
use domain::bases::ids::{AttachmentId, BaseId, FieldId, RecordId, TableId};
use tokio::sync::Notify;

use crate::airtable::world::Actor;

/// Beyond so many, further ones are let be: their cells go on saying where the file lies.
const WAITING_MAX: usize = 10_000;

/// A file to be fetched, and the cell it is for.
#[derive(Debug, Clone)]
pub struct Wish {
    pub base: BaseId,
    pub table: TableId,
    pub record: RecordId,
    pub field: FieldId,
    pub attachment: Attachment,
    /// Who wrote the cell.
    pub by: Actor,
}

#[derive(Default)]
pub struct Wishes {
    kept: Mutex<Kept>,
    one_more: Notify,
}

#[derive(Default)]
struct Kept {
    waiting: VecDeque<Wish>,
    /// Those that are being fetched among them: a file is fetched once, however often its cell is written meanwhile.
    open: BTreeSet<AttachmentId>,
}

impl Wishes {
    pub fn add(&self, wish: Wish) {
        let mut kept = self.kept();
        if kept.waiting.len() < WAITING_MAX && kept.open.insert(wish.attachment.id) {
            kept.waiting.push_back(wish);
            self.one_more.notify_one();
        }
    }

    /// Waits until there is one.
    pub async fn next(&self) -> Wish {
        loop {
            if let Some(wish) = self.take() {
                return wish;
            }
            self.one_more.notified().await;
        }
    }

    /// A file that was fetched, or cannot be.
    pub fn close(&self, id: AttachmentId) {
        self.kept().open.remove(&id);
    }

    fn take(&self) -> Option<Wish> {
        self.kept().waiting.pop_front()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
