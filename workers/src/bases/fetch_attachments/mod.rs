//! Files that were written into cells by address: fetched once, kept, and told to their record. What cannot be had leaves its cell
//! without a word, unless the cell is Airtable's.

mod fetched;
mod intake;
mod owing;
mod verdict;
mod wanted;

pub use intake::Intake;

use std::sync::Arc;
use std::time::Duration;

use domain::bases::Record;
use domain::bases::cells::Attachment;
use domain::bases::ports::{Blobs, Downloads};
use domain::bases::record::{FileSettled, RecordCommand, RecordEvent};
use domain::identity::TenantId;
use eventstore::execute::{Executor, Plan};
use eventstore::payload;
use eventstore::read::Reader;

use crate::runtime::{Effect, Outcome, Retry, Task, Worker};
use fetched::fetch;
use verdict::Verdict;
use wanted::{Brought, Wanted, brought, is_wanted};

pub struct FetchAttachments {
    pub reader: Reader,
    pub executor: Executor,
    pub downloads: Arc<dyn Downloads>,
    pub blobs: Arc<dyn Blobs>,
    /// Of one file.
    pub bytes_max: u64,
}

impl Worker for FetchAttachments {
    const NAME: &'static str = "fetch_attachments";
    const EFFECT: Effect = Effect::Idempotent;
    const CONCURRENCY: usize = 8;
    /// A file has a quarter of an hour.
    const TIME_LIMIT: Duration = Duration::from_secs(16 * 60);
    const RETRY: Retry = Retry::MINUTES;

    async fn carry_out(&self, task: Task) -> Outcome {
        match self.still_wanted(&task).await {
            Ok(Some(brought)) if !brought.files.is_empty() => self.fetch_all(&task, brought).await,
            Ok(_) => Outcome::Skipped("its cell does not wait for it any more".into()),
            Err(reason) => Outcome::failed(reason),
        }
    }
}

impl FetchAttachments {
    /// Those of the event that the record holds as they were brought.
    async fn still_wanted(&self, task: &Task) -> Result<Option<Brought>, String> {
        let told = |error: &dyn std::error::Error| eventstore::chain_of(error);
        let event: RecordEvent =
            payload::read(self.reader.sealer(), &task.event).await.map_err(|error| told(&error))?;
        let Some(mut brought) = brought(&event) else { return Ok(None) };
        let stream = &task.event.stream;
        let record = self.executor.state::<Record>(&stream.tenant, stream.id.clone()).await;
        let record = record.map_err(|error| told(&error))?;
        let part = task.claim.part.as_str();
        brought.files.retain(|file| file.is_of(part) && is_wanted(&record.state, file));
        Ok(Some(brought))
    }

    async fn fetch_all(&self, task: &Task, brought: Brought) -> Outcome {
        let is_last_try = task.claim.failures + 1 >= Self::RETRY.tries;
        let mut settled = Vec::new();
        for wanted in &brought.files {
            match verdict::of(self.fetch(&task.claim.tenant, wanted).await, is_last_try) {
                Verdict::Kept(file) => settled.push(of(wanted, Some(file))),
                Verdict::NotThere if brought.is_theirs() => {}
                Verdict::NotThere => settled.push(of(wanted, None)),
                Verdict::Later(reason) => return Outcome::failed(reason),
            }
        }
        if settled.is_empty() {
            return Outcome::Skipped("the file is not at its address any more".into());
        }
        let (tenant, stream) = (task.event.stream.tenant.clone(), task.event.stream.id.clone());
        let command =
            RecordCommand::SettleFiles { source: brought.source, stamp: brought.stamp, files: settled };
        Outcome::then(move || Plan::new().decide::<Record>(&tenant, stream.clone(), command.clone()))
    }

    async fn fetch(&self, tenant: &TenantId, wanted: &Wanted) -> fetched::Fetched {
        fetch(&*self.downloads, &*self.blobs, tenant, &wanted.attachment, self.bytes_max).await
    }
}

fn of(wanted: &Wanted, file: Option<Attachment>) -> FileSettled {
    FileSettled { field: wanted.field, attachment: wanted.attachment.id, file }
}
