//! Events in, at most one outside effect, one command out. A worker is a file of its context, one line in `INTAKES`,
//! one in `OWING` and one in `all`.

pub mod bases;
pub mod identity;
pub mod runtime;

use std::sync::Arc;

use domain::bases::ports::{Airtable, Blobs, Downloads};
use domain::identity::ports::{Mailer, WebClient};
use eventstore::airtable_contacts::AirtableContacts;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::execute::Executor;
use eventstore::read::Reader;
use eventstore::webhook_secrets::WebhookSecrets;
use projections::Projection;
use projections::bases::records::RecordsReader;
use projections::runtime::of as intake;

use bases::fetch_attachments::{self, FetchAttachments};
use bases::follow_airtable::{FollowAirtable, Rhythm};
use identity::deliver_webhooks::{self, DeliverWebhooks};
use identity::send_mail::{Links, SendMail};
use runtime::{AnyWorker, FromEvents, Owing, Worker, from_events, of};

/// What makes work, for each worker.
pub const INTAKES: &[&dyn Projection] = &[
    intake::<FromEvents<SendMail>>(),
    intake::<deliver_webhooks::Intake>(),
    intake::<fetch_attachments::Intake>(),
    intake::<FromEvents<FollowAirtable>>(),
];

/// The names of all workers, for whoever asks what they owe.
pub const NAMES: &[&str] =
    &[SendMail::NAME, DeliverWebhooks::NAME, FetchAttachments::NAME, FollowAirtable::NAME];

/// What each worker owes for events of the past, of the name of its intake.
pub const OWING: &[&dyn Owing] = &[
    from_events::<SendMail>(),
    &deliver_webhooks::Intake,
    &fetch_attachments::Intake,
    from_events::<FollowAirtable>(),
];

/// The outside, as workers need it.
pub struct Outside {
    pub mailer: Option<Arc<dyn Mailer>>,
    pub web: Arc<dyn WebClient>,
    pub downloads: Arc<dyn Downloads>,
    pub blobs: Arc<dyn Blobs>,
    /// Of a file that is fetched.
    pub file_bytes_max: u64,
    pub airtable: Arc<dyn Airtable>,
}

/// The log, as workers need it.
pub struct Inside {
    pub reader: Reader,
    pub executor: Executor,
    pub webhook_secrets: WebhookSecrets,
    pub links: Links,
    pub airtable_secrets: AirtableSecrets,
    pub contacts: AirtableContacts,
    pub records: RecordsReader,
    pub rhythm: Rhythm,
}

/// Every worker.
pub fn all(inside: Inside, outside: Outside) -> Vec<Arc<dyn AnyWorker>> {
    let Inside { reader, executor, webhook_secrets: secrets, links, .. } = inside;
    let Outside { mailer, web, downloads, blobs, file_bytes_max: bytes_max, airtable } = outside;
    vec![
        of(SendMail::new(reader.clone(), links, mailer)),
        of(FetchAttachments {
            reader: reader.clone(),
            executor: executor.clone(),
            downloads,
            blobs,
            bytes_max,
        }),
        of(DeliverWebhooks { reader, executor: executor.clone(), secrets, web }),
        of(FollowAirtable {
            executor,
            secrets: inside.airtable_secrets,
            contacts: inside.contacts,
            airtable,
            records: inside.records,
            rhythm: inside.rhythm,
        }),
    ]
}
