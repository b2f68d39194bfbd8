//! What a route is asked with.

use domain::bases::errors::ApiError;
use domain::bases::ids::TableId;
use domain::bases::requests::{Body, Query};
use domain::bases::table::{Batch, RECORDS_MAX, Stamp, whole_second};
use hyper::HeaderMap;
use jiff::Timestamp;

use crate::airtable::app::App;
use crate::airtable::files::Addresses;
use crate::airtable::world::{Actor, Caller, Held, PermissionLevel, Scope, Shared, read};

pub struct Call<'a> {
    pub app: &'a App,
    pub caller: Caller,
    pub query: Query,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// When it came.
    pub at: Timestamp,
    /// Where this server is, for the addresses it gives.
    pub origin: String,
}

impl Call<'_> {
    pub fn body(&self) -> Result<Body, ApiError> {
        Body::parse(self.body)
    }

    /// A base that the caller may use so.
    pub fn base(&self, id: &str, scope: Scope) -> Result<Shared<Held>, ApiError> {
        let base = self.app.world.base(id)?;
        self.caller.may(&read(&base), scope)?;
        Ok(base)
    }

    /// The same for what takes a level beyond reading.
    pub fn base_for(&self, id: &str, scope: Scope, level: PermissionLevel) -> Result<Shared<Held>, ApiError> {
        let base = self.base(id, scope)?;
        self.caller.must_be(level, &read(&base))?;
        Ok(base)
    }

    /// What stands around an edit that this call asks for.
    pub fn batch(&self, table: TableId, typecast: bool) -> Batch {
        let Stamp { at, by } = self.stamp();
        Batch { table, typecast, at, by, mint: self.app.mint(), records_max: RECORDS_MAX }
    }

    /// Who edits, and when.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: whole_second(self.at), by: Some(self.caller.person.as_collaborator()) }
    }

    /// The addresses of files in the answer.
    pub fn addresses(&self) -> Addresses<'_> {
        Addresses::new(self.app, &self.origin, self.at)
    }

    /// Who an edit is of.
    pub fn actor(&self) -> Actor {
        Actor::program(self.caller.person.clone())
    }
}
