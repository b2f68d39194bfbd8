//! A base that is edited, with hooks on it, and a clock that stands still unless it is put on.

use domain::bases::cells::Collaborator;
use domain::bases::ids::{FieldId, Mint, TableId, ViewId};
use domain::bases::schema::{Base, SchemaChange, Table};
use domain::bases::table::{Batch, Done, Fields, Tables, Verb};
use domain::secret::Secret;
use uuid::Uuid;

use super::*;

pub const CLIENTS: &str = "tblClients0000000";
pub const INVOICES: &str = "tblInvoices000000";
/// Views that keep records back.
pub const UNPAID: &str = "viwUnpaid00000000";
pub const LARGE: &str = "viwLarge000000000";
pub const PARTNERED: &str = "viwPartnered00000";
pub const SECRET: &[u8] = b"secret-key";

pub struct Office {
    pub tables: Tables,
    pub hooks: Hooks,
    pub clock: Timestamp,
    pub records_max: usize,
    pub typecast: bool,
    transaction: u64,
}

impl Office {
    pub fn new() -> Self {
        let ana = Collaborator {
            id: "usrAna00000000000".into(),
            email: Some("ana@example.org".into()),
            name: Some("Ana".into()),
        };
        Self {
            tables: Tables::new(base(), vec![ana]),
            hooks: Hooks::default(),
            clock: "2026-03-01T12:00:00Z".parse().unwrap(),
            records_max: usize::MAX,
            typecast: false,
            transaction: 0,
        }
    }

    pub fn base(&self) -> &Base {
        self.tables.base()
    }

    pub fn wait(&mut self, seconds: i64) {
        self.clock = self.clock.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    pub fn new_hook(&self, number: u128, specification: Value) -> NewHook {
        NewHook {
            id: hook_id(number),
            at: self.clock,
            integration: None,
            secret: Secret::new(SECRET.to_vec()),
            notification_url: Some("http://127.0.0.1/ping".into()),
            specification: Specification::parse(&specification, self.base()).unwrap(),
        }
    }

    /// With the one hook that most tests have.
    pub fn with_hook(filters: Value, includes: Value) -> Self {
        let mut office = Self::new();
        office.hook(filters, includes);
        office
    }

    pub fn hook(&mut self, filters: Value, includes: Value) {
        let specification = json!({ "options": { "filters": filters, "includes": includes } });
        let new = self.new_hook(1, specification);
        self.hooks.create(new).unwrap();
    }

    pub fn the_hook(&mut self) -> &mut Hook {
        self.hooks.find(Viewer::Person, hook_id(1), self.clock).unwrap()
    }

    /// As the answer to a request.
    pub fn read(&mut self, cursor: u64, limit: usize) -> Value {
        let now = self.clock;
        let page = self.the_hook().payloads(now, Some(cursor), Some(limit)).unwrap();
        serde_json::from_str(&page.body()).unwrap()
    }

    pub fn payloads(&mut self) -> Vec<Value> {
        self.read(1, 50)["payloads"].as_array().unwrap().clone()
    }

    /// The newest payload, without what every payload has.
    pub fn told(&mut self) -> Value {
        let mut newest = self.payloads().pop().unwrap_or_default();
        for key in ["timestamp", "baseTransactionNumber", "payloadFormat", "actionMetadata"] {
            newest.as_object_mut().and_then(|payload| payload.remove(key));
        }
        newest
    }

    pub fn origin(&mut self, source: Source) -> Origin {
        self.transaction += 1;
        Origin { at: self.clock, transaction: self.transaction, source, user: None, view: None, page: None }
    }

    /// Carries an edit out and tells the hooks of it.
    pub fn carry_out(&mut self, planned: Result<Done, ApiError>, origin: Origin) -> Happening {
        let done = planned.unwrap();
        let before = Before::of(&self.tables, &done.edit, self.hooks.listening(&origin));
        self.tables.apply(&done.edit);
        let happening = before.after(&self.tables, origin);
        self.hooks.note(&happening, std::num::NonZeroUsize::new(self.records_max));
        happening
    }

    pub fn create(&mut self, table: &str, rows: Value) -> Vec<RecordId> {
        let origin = self.origin(Source::PublicApi);
        self.create_from(origin, table, rows)
    }

    pub fn create_from(&mut self, origin: Origin, table: &str, rows: Value) -> Vec<RecordId> {
        let rows: Vec<Fields> = serde_json::from_value(rows).unwrap();
        let planned = self.tables.plan_create(self.batch(table), &rows);
        let records = planned.as_ref().unwrap().records.clone();
        self.carry_out(planned, origin);
        records
    }

    pub fn patch(&mut self, table: &str, id: RecordId, fields: Value) -> Happening {
        let origin = self.origin(Source::PublicApi);
        self.patch_from(origin, table, id, fields)
    }

    pub fn patch_from(&mut self, origin: Origin, table: &str, id: RecordId, fields: Value) -> Happening {
        let rows = [(id.to_string(), fields.as_object().unwrap().clone())];
        let planned = self.tables.plan_update(self.batch(table), Verb::Patch, &rows);
        self.carry_out(planned, origin)
    }

    pub fn delete(&mut self, table: &str, ids: &[RecordId]) -> Happening {
        let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let planned = self.tables.plan_delete(self.batch(table), &ids);
        let origin = self.origin(Source::PublicApi);
        self.carry_out(planned, origin)
    }

    pub fn batch(&self, table: &str) -> Batch {
        Batch {
            table: table_id(table),
            typecast: self.typecast,
            at: self.clock,
            by: self.tables.people.first().cloned(),
            records_max: domain::bases::table::RECORDS_MAX,
            mint: Mint::new(Uuid::from_u128(self.transaction.into())),
        }
    }

    /// Whatever people do to a schema.
    pub fn change_schema(&mut self, changes: &[SchemaChange]) -> Happening {
        let origin = self.origin(Source::Client);
        let before = BeforeSchema::of(&self.tables, self.hooks.listening(&origin), self.clock);
        self.tables.apply_schema(changes);
        let happening = before.after(&self.tables, origin);
        self.hooks.note(&happening, std::num::NonZeroUsize::new(self.records_max));
        happening
    }

    pub fn delete_field(&mut self, field: &str) -> Happening {
        let field = field_id(field);
        let table = self.base().field(field).unwrap().0.id;
        self.change_schema(&[SchemaChange::FieldDeleted { table, field }])
    }

    pub fn delete_view(&mut self, view: &str) -> Happening {
        let view = ViewId::parse(view).unwrap();
        let has_it = |table: &&Table| table.views.iter().any(|one| one.id == view);
        let table = self.base().tables.iter().find(has_it).unwrap().id;
        self.change_schema(&[SchemaChange::ViewDeleted { table, view }])
    }

    /// The links to it go along.
    pub fn delete_table(&mut self, table: &str) -> Happening {
        let changes = self.base().plan_table_deletion(table).unwrap();
        self.change_schema(&changes)
    }
}

pub fn hook_id(number: u128) -> WebhookId {
    Mint::new(Uuid::from_u128(number)).make()
}

pub fn table_id(text: &str) -> TableId {
    TableId::parse(text).unwrap()
}

pub fn field_id(text: &str) -> FieldId {
    FieldId::parse(text).unwrap()
}

fn base() -> Base {
    serde_json::from_value(json!({
        "id": "app00000000000000", "name": "Company", "tables": [clients(), invoices()],
    }))
    .unwrap()
}

fn clients() -> Value {
    json!({
        "id": CLIENTS, "name": "Clients", "primaryFieldId": "fldName0000000000",
        "views": [
            { "id": "viwGrid0000000000", "name": "Grid view", "type": "grid" },
            { "id": "viwForm0000000000", "name": "Form", "type": "form" },
            { "id": PARTNERED, "name": "Partners of Acme", "type": "grid",
                "filter": "FIND(\"Acme\", {fldPartners000000} & \"\") > 0" },
            { "id": LARGE, "name": "Large", "type": "grid", "filter": "SUM({fldAmounts0000000}) > 5" },
        ],
        "fields": [
            { "id": "fldName0000000000", "name": "Name", "type": "singleLineText" },
            { "id": "fldStatus00000000", "name": "Status", "type": "singleSelect", "options": { "choices": [
                { "id": "selOpen0000000000", "name": "Open", "color": "blueLight2" },
                { "id": "selDone0000000000", "name": "Done" } ] } },
            { "id": "fldOwner000000000", "name": "Owner", "type": "singleCollaborator" },
            { "id": "fldInvoices000000", "name": "Invoices", "type": "multipleRecordLinks", "options": {
                "linkedTableId": INVOICES, "inverseLinkFieldId": "fldClient00000000" } },
            { "id": "fldPartners000000", "name": "Partners", "type": "multipleRecordLinks", "options": {
                "linkedTableId": CLIENTS } },
            { "id": "fldCount000000000", "name": "How many", "type": "count", "options": {
                "isValid": true, "recordLinkFieldId": "fldInvoices000000" } },
            { "id": "fldAmounts0000000", "name": "Amounts", "type": "multipleLookupValues", "options": {
                "isValid": true, "recordLinkFieldId": "fldInvoices000000",
                "fieldIdInLinkedTable": "fldAmount00000000",
                "result": { "type": "number", "options": { "precision": 2 } } } },
        ],
    })
}

fn invoices() -> Value {
    json!({
        "id": INVOICES, "name": "Invoices", "primaryFieldId": "fldNumber00000000",
        "views": [
            { "id": "viwBills000000000", "name": "Grid view", "type": "grid" },
            { "id": UNPAID, "name": "Unpaid", "type": "grid", "filter": "NOT({fldPaid0000000000})" },
        ],
        "fields": [
            { "id": "fldNumber00000000", "name": "Number", "type": "singleLineText" },
            { "id": "fldClient00000000", "name": "Client", "type": "multipleRecordLinks", "options": {
                "linkedTableId": CLIENTS, "inverseLinkFieldId": "fldInvoices000000" } },
            { "id": "fldAmount00000000", "name": "Amount", "type": "number", "options": { "precision": 2 } },
            { "id": "fldPaid0000000000", "name": "Paid", "type": "checkbox",
                "options": { "icon": "check", "color": "greenBright" } },
        ],
    })
}
