//! `/v1/ops`: what operators of the platform see and do, the same that `airtide` does on the command line. One file per
//! use case; what they do lies in the crates that know it.

mod acting;
mod administrators;
mod alarms;
mod audit;
mod checks;
mod doctor;
mod erasures;
mod faults;
mod jobs;
mod log;
mod projections;
mod relay;
mod replays;
mod tenants;
mod users;
mod work;

pub use acting::Reason;
pub use doctor::Doctor;
pub use jobs::Jobs;
pub use replays::{Act, Again, Replays, Tell};

use std::path::PathBuf;
use std::sync::Arc;

use ::projections::inspection::Inspection;
use eventstore::alarms::Alarms;
use eventstore::database::Unfit;
use eventstore::read::Reader;
use eventstore::work::Work;
use utoipa_axum::routes;

use crate::access::{Operator, OperatorTokens};
use crate::http::{Access, Routes};
use crate::limits::Rate;

/// Connections that all questions about work share.
const WORK_CONNECTIONS: u32 = 2;

/// Where things are that operators look at.
#[derive(Clone)]
pub struct Places {
    pub database_url: String,
    pub nats_url: Option<String>,
    pub keys_dir: PathBuf,
    /// The file of signed checkpoints.
    pub checkpoints: PathBuf,
    /// The folder of exports.
    pub exports: PathBuf,
}

pub struct OpsOptions {
    pub tokens: OperatorTokens,
    pub places: Places,
    pub reader: Reader,
    pub alarms: Alarms,
    pub doctor: Arc<dyn Doctor>,
    pub replays: Arc<dyn Replays>,
    /// Workers that this program knows.
    pub workers: &'static [&'static str],
}

/// What all operators share.
pub struct Ops {
    tokens: OperatorTokens,
    places: Places,
    reader: Reader,
    alarms: Alarms,
    doctor: Arc<dyn Doctor>,
    replays: Arc<dyn Replays>,
    workers: &'static [&'static str],
    inspection: Inspection,
    work: Work,
    jobs: Jobs,
}

impl Ops {
    pub async fn open(options: OpsOptions) -> Result<Self, Unfit> {
        let OpsOptions { tokens, places, reader, alarms, doctor, replays, workers } = options;
        let inspection = Inspection::open(&places.database_url, workers).await?;
        let work = Work::open(&places.database_url, WORK_CONNECTIONS)?;
        let jobs = Jobs::default();
        Ok(Self { tokens, places, reader, alarms, doctor, replays, workers, inspection, work, jobs })
    }

    /// Whose token it is, if it is an operator's and good at this moment.
    pub fn operator(&self, token: &str) -> Option<Operator> {
        self.tokens.verify(token)
    }

    /// Ends what runs, and lets go of every connection.
    pub async fn close(&self) {
        self.jobs.stop();
        self.inspection.close().await;
        self.work.close().await;
    }
}

pub fn routes() -> Routes {
    let operator = Access::Operator;
    Routes::new()
        .route(operator, Rate::Principal, routes!(log::events::list))
        .route(operator, Rate::Principal, routes!(log::event::show))
        .route(operator, Rate::Principal, routes!(log::stats::show))
        .route(operator, Rate::Principal, routes!(log::trace::show))
        .route(operator, Rate::Principal, routes!(log::state::show))
        .route(operator, Rate::Principal, routes!(log::differences::show))
        .route(operator, Rate::Principal, routes!(log::verify::begin))
        .route(operator, Rate::Principal, routes!(log::exports::begin::begin))
        .route(operator, Rate::Principal, routes!(log::exports::delete::delete))
        .route(operator, Rate::Principal, routes!(log::exports::files::fetch))
        .route(operator, Rate::Principal, routes!(projections::list::list))
        .route(operator, Rate::Principal, routes!(projections::show::show))
        .route(operator, Rate::Principal, routes!(projections::rebuild::begin))
        .route(operator, Rate::Principal, routes!(projections::drop::carry_out))
        .route(operator, Rate::Principal, routes!(projections::what_if::begin))
        .route(operator, Rate::Principal, routes!(work::counts::show))
        .route(operator, Rate::Principal, routes!(work::items::list))
        .route(operator, Rate::Principal, routes!(work::item::show))
        .route(operator, Rate::Principal, routes!(work::groups::list))
        .route(operator, Rate::Principal, routes!(work::plan::plan))
        .route(operator, Rate::Principal, routes!(work::forget::forget))
        .route(operator, Rate::Principal, routes!(work::moves::begin))
        .route(operator, Rate::Principal, routes!(replays::begin::begin))
        .route(operator, Rate::Principal, routes!(erasures::begin))
        .route(operator, Rate::Principal, routes!(relay::show))
        .route(operator, Rate::Principal, routes!(alarms::list))
        .route(operator, Rate::Principal, routes!(audit::list))
        .route(operator, Rate::Principal, routes!(doctor::examine))
        .route(operator, Rate::Principal, routes!(checks::begin))
        .route(operator, Rate::Principal, routes!(jobs::list::list))
        .route(operator, Rate::Principal, routes!(jobs::show::show))
        .route(operator, Rate::Principal, routes!(administrators::list::list))
        .route(operator, Rate::Principal, routes!(administrators::name::name))
        .route(operator, Rate::Principal, routes!(administrators::remove::remove))
        .route(operator, Rate::Principal, routes!(tenants::list::list))
        .route(operator, Rate::Principal, routes!(tenants::show::show))
        .route(operator, Rate::Principal, routes!(tenants::suspend::suspend))
        .route(operator, Rate::Principal, routes!(tenants::restore::restore))
        .route(operator, Rate::Principal, routes!(tenants::quotas::show::show))
        .route(operator, Rate::Principal, routes!(tenants::quotas::change::change))
        .route(operator, Rate::Principal, routes!(users::list::list))
        .route(operator, Rate::Principal, routes!(users::show::show))
        .route(operator, Rate::Principal, routes!(users::suspend::suspend))
        .route(operator, Rate::Principal, routes!(users::restore::restore))
}
