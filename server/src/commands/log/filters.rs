//! Which events are wanted, as flags say it.

use clap::Args;
use domain::id::NotAnId;
use domain::identity::TenantId;
use eventstore::event::StreamId;
use eventstore::inspect::{Inspector, is_event_type};
use eventstore::read::Filter;

use crate::failure::Failure;

/// Events are wanted that fit everything that is set.
#[derive(Args, Default)]
pub struct Filters {
    /// Of this tenant
    #[arg(long, value_name = "TENANT", value_parser = tenant)]
    tenant: Option<TenantId>,
    /// Of the stream of this name, in each tenant that has one
    #[arg(long, value_name = "TYPE/ID", value_parser = stream)]
    stream: Option<(String, StreamId)>,
    /// Of this type
    #[arg(long = "type", value_name = "EVENT_TYPE", value_parser = event_type)]
    event_type: Option<String>,
}

impl Filters {
    pub fn filter(self) -> Filter {
        let (aggregate, id) = self.stream.unzip();
        Filter { tenant: self.tenant, scope: None, event_type: self.event_type, aggregate, id }
    }
}

/// What names nothing is not there, which is not the same as that nothing happened to it.
pub async fn check_names(inspector: &Inspector, filter: &Filter) -> Result<(), Failure> {
    match inspector.named_in_vain(filter).await? {
        Some(what) => Err(Failure::missing(what)),
        None => Ok(()),
    }
}

pub fn tenant(text: &str) -> Result<TenantId, NotAnId> {
    TenantId::new(text)
}

pub fn stream_id(text: &str) -> Result<StreamId, NotAnId> {
    StreamId::new(text)
}

fn stream(text: &str) -> Result<(String, StreamId), String> {
    let (aggregate, id) = text.split_once('/').ok_or("a stream is named TYPE/ID, as in workspace/wsp_1")?;
    Ok((aggregate.to_owned(), stream_id(id).map_err(|error| error.to_string())?))
}

fn event_type(text: &str) -> Result<String, String> {
    if is_event_type(text) { Ok(text.to_owned()) } else { Err("no event is of this type".to_owned()) }
}
