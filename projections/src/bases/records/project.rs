//! Events of bases and their records, made into rows.

use sqlx::PgConnection;

use super::book::Book;
use super::group::{Told, by_base};
use super::{Concerning, save};
use crate::runtime::ProjectFault;

/// Nothing happens to the bases of a tenant once it is emptied, so its rows may go last.
pub async fn project(connection: &mut PgConnection, events: &[&Concerning]) -> Result<(), ProjectFault> {
    for ((tenant, base), told) in by_base(events)? {
        let mut book = Book::open(connection, tenant, base, &told).await?;
        for told in told {
            match told {
                Told::Base(event) => book.base(event).await?,
                Told::Record(event) => book.record(event)?,
            }
        }
        book.close().await?;
    }
    let emptied = events.iter().filter_map(|event| match event {
        Concerning::TenantEmptied(tenant) => Some(tenant.as_str()),
        _ => None,
    });
    save::drop_tenants(connection, emptied.collect()).await?;
    Ok(())
}
