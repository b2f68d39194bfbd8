//! A base that follows one in Airtable. What that is stands there, so its schema is taken as it comes and only bounded here: what
//! would be refused if it were made here may well be there.

use super::{BaseEvent, BaseRefusal, Details, Origin, bounds, packing};
use crate::bases::ConnectionId;
use crate::bases::ids::BaseId;
use crate::bases::schema::{self, Table};

pub fn connect(schema: schema::Base, connection: ConnectionId) -> Result<Vec<BaseEvent>, BaseRefusal> {
    bounds::check(&schema)?;
    let schema::Base { id, name, tables } = schema;
    packing::created(id, name, Origin::Airtable { connection }, tables)
}

impl Details {
    /// Whoever comes again finds it further on than it was when it was connected.
    pub(super) fn connect_again(
        &self,
        airtable_id: BaseId,
        connection: &ConnectionId,
    ) -> Result<Vec<BaseEvent>, BaseRefusal> {
        let follows = matches!(&self.origin, Origin::Airtable { connection: known } if known == connection);
        let same = follows && self.schema.id == airtable_id;
        if same { Ok(vec![]) } else { Err(BaseRefusal::BaseExists) }
    }

    pub(super) fn adopt(&self, name: String, tables: Vec<Table>) -> Result<Vec<BaseEvent>, BaseRefusal> {
        if self.origin == Origin::Local {
            return Err(BaseRefusal::BaseIsLocal);
        }
        let seen = schema::Base { id: self.schema.id, name, tables };
        bounds::check(&seen)?;
        let mut events = packing::changed(self.schema.changes_to(&seen))?;
        if seen.name != self.schema.name {
            events.push(BaseEvent::Renamed { name: seen.name });
        }
        Ok(events)
    }
}
