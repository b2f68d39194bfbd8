//! Every route of the imitated API. What is not here is `NOT_FOUND`.

use hyper::Method;

/// Names in addresses as they were sent, without the escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Whoami,
    ListBases,
    CreateBase,
    ShowBase { base: String },
    DeleteBase { base: String },
    ListTables { base: String },
    CreateTable { base: String },
    ChangeTable { base: String, table: String },
    CreateField { base: String, table: String },
    ChangeField { base: String, table: String, field: String },
    ListViews { base: String },
    ShowView { base: String, view: String },
    DeleteView { base: String, view: String },
    ShowWorkspace { workspace: String },

    ListWebhooks { base: String },
    CreateWebhook { base: String },
    DeleteWebhook { base: String, webhook: String },
    EnableNotifications { base: String, webhook: String },
    RefreshWebhook { base: String, webhook: String },
    ListPayloads { base: String, webhook: String },

    ListRecords { base: String, table: String },
    ListRecordsByPost { base: String, table: String },
    GetRecord { base: String, table: String, record: String },
    CreateRecords { base: String, table: String },
    PatchRecord { base: String, table: String, record: String },
    PutRecord { base: String, table: String, record: String },
    PatchRecords { base: String, table: String },
    PutRecords { base: String, table: String },
    DeleteRecord { base: String, table: String, record: String },
    DeleteRecords { base: String, table: String },
    SyncTable { base: String, table: String, sync: String },

    ListComments { base: String, table: String, record: String },
    CreateComment { base: String, table: String, record: String },
    ChangeComment { base: String, table: String, record: String, comment: String },
    DeleteComment { base: String, table: String, record: String, comment: String },
    UploadAttachment { base: String, record: String, field: String },
}

impl Route {
    /// The segments come decoded: a name may hold a slash.
    pub fn find(method: &Method, segments: &[String]) -> Option<Self> {
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (first, rest) = segments.split_first()?;
        if *first != "v0" {
            return None;
        }
        match rest {
            ["meta", rest @ ..] => meta(method, rest),
            ["bases", base, "webhooks", rest @ ..] => webhooks(method, base, rest),
            [base, rest @ ..] => records(method, base, rest),
            [] => None,
        }
    }

    /// The base that the route is of, for its limits.
    pub fn base(&self) -> Option<&str> {
        use Route::*;
        match self {
            Whoami | ListBases | CreateBase | ShowWorkspace { .. } => None,
            ShowBase { base }
            | DeleteBase { base }
            | ListTables { base }
            | CreateTable { base }
            | ChangeTable { base, .. }
            | CreateField { base, .. }
            | ChangeField { base, .. }
            | ListViews { base }
            | ShowView { base, .. }
            | DeleteView { base, .. }
            | ListWebhooks { base }
            | CreateWebhook { base }
            | DeleteWebhook { base, .. }
            | EnableNotifications { base, .. }
            | RefreshWebhook { base, .. }
            | ListPayloads { base, .. }
            | ListRecords { base, .. }
            | ListRecordsByPost { base, .. }
            | GetRecord { base, .. }
            | CreateRecords { base, .. }
            | PatchRecord { base, .. }
            | PutRecord { base, .. }
            | PatchRecords { base, .. }
            | PutRecords { base, .. }
            | DeleteRecord { base, .. }
            | DeleteRecords { base, .. }
            | SyncTable { base, .. }
            | ListComments { base, .. }
            | CreateComment { base, .. }
            | ChangeComment { base, .. }
            | DeleteComment { base, .. }
            | UploadAttachment { base, .. } => Some(base),
        }
    }

    /// What knobs and the journal call it.
    pub fn name(&self) -> &'static str {
        use Route::*;
        match self {
            Whoami => "meta.whoami",
            ListBases => "meta.bases.list",
            CreateBase => "meta.bases.create",
            ShowBase { .. } => "meta.bases.get",
            DeleteBase { .. } => "meta.bases.delete",
            ListTables { .. } => "meta.tables.list",
            CreateTable { .. } => "meta.tables.create",
            ChangeTable { .. } => "meta.tables.update",
            CreateField { .. } => "meta.fields.create",
            ChangeField { .. } => "meta.fields.update",
            ListViews { .. } => "meta.views.list",
            ShowView { .. } => "meta.views.get",
            DeleteView { .. } => "meta.views.delete",
            ShowWorkspace { .. } => "meta.workspaces.get",
            ListWebhooks { .. } => "webhooks.list",
            CreateWebhook { .. } => "webhooks.create",
            DeleteWebhook { .. } => "webhooks.delete",
            EnableNotifications { .. } => "webhooks.notifications",
            RefreshWebhook { .. } => "webhooks.refresh",
            ListPayloads { .. } => "webhooks.payloads",
            ListRecords { .. } | ListRecordsByPost { .. } => "records.list",
            GetRecord { .. } => "records.get",
            CreateRecords { .. } => "records.create",
            PatchRecord { .. } | PatchRecords { .. } => "records.update",
            PutRecord { .. } | PutRecords { .. } => "records.replace",
            DeleteRecord { .. } | DeleteRecords { .. } => "records.delete",
            SyncTable { .. } => "records.sync",
            ListComments { .. } => "comments.list",
            CreateComment { .. } => "comments.create",
            ChangeComment { .. } => "comments.update",
            DeleteComment { .. } => "comments.delete",
            UploadAttachment { .. } => "attachments.upload",
        }
    }

    /// What is about bases and not in them goes on when the month's calls are used up.
    pub fn is_meta(&self) -> bool {
        self.name().starts_with("meta.")
    }
}

fn meta(method: &Method, rest: &[&str]) -> Option<Route> {
    use Route::*;
    let owned = |text: &str| text.to_owned();
    let route = match (method.as_str(), rest) {
        ("GET", ["whoami"]) => Whoami,
        ("GET", ["bases"]) => ListBases,
        ("POST", ["bases"]) => CreateBase,
        ("GET", ["bases", base]) => ShowBase { base: owned(base) },
        ("DELETE", ["bases", base]) => DeleteBase { base: owned(base) },
        ("GET", ["bases", base, "tables"]) => ListTables { base: owned(base) },
        ("POST", ["bases", base, "tables"]) => CreateTable { base: owned(base) },
        ("PATCH", ["bases", base, "tables", table]) => ChangeTable { base: owned(base), table: owned(table) },
        ("POST", ["bases", base, "tables", table, "fields"]) => {
            CreateField { base: owned(base), table: owned(table) }
        }
        ("PATCH", ["bases", base, "tables", table, "fields", field]) => {
            ChangeField { base: owned(base), table: owned(table), field: owned(field) }
        }
        ("GET", ["bases", base, "views"]) => ListViews { base: owned(base) },
        ("GET", ["bases", base, "views", view]) => ShowView { base: owned(base), view: owned(view) },
        ("DELETE", ["bases", base, "views", view]) => DeleteView { base: owned(base), view: owned(view) },
        ("GET", ["workspaces", workspace]) => ShowWorkspace { workspace: owned(workspace) },
        _ => return None,
    };
    Some(route)
}

fn webhooks(method: &Method, base: &str, rest: &[&str]) -> Option<Route> {
    use Route::*;
    let base = base.to_owned();
    let route = match (method.as_str(), rest) {
        ("GET", []) => ListWebhooks { base },
        ("POST", []) => CreateWebhook { base },
        ("DELETE", [webhook]) => DeleteWebhook { base, webhook: (*webhook).to_owned() },
        ("POST", [webhook, "enableNotifications"]) => {
            EnableNotifications { base, webhook: (*webhook).to_owned() }
        }
        ("POST", [webhook, "refresh"]) => RefreshWebhook { base, webhook: (*webhook).to_owned() },
        ("GET", [webhook, "payloads"]) => ListPayloads { base, webhook: (*webhook).to_owned() },
        _ => return None,
    };
    Some(route)
}

fn records(method: &Method, base: &str, rest: &[&str]) -> Option<Route> {
    use Route::*;
    let base = base.to_owned();
    let owned = |text: &str| text.to_owned();
    let route = match (method.as_str(), rest) {
        ("GET", [table]) => ListRecords { base, table: owned(table) },
        ("POST", [table, "listRecords"]) => ListRecordsByPost { base, table: owned(table) },
        ("POST", [table]) => CreateRecords { base, table: owned(table) },
        ("PATCH", [table]) => PatchRecords { base, table: owned(table) },
        ("PUT", [table]) => PutRecords { base, table: owned(table) },
        ("DELETE", [table]) => DeleteRecords { base, table: owned(table) },
        ("GET", [table, record]) => GetRecord { base, table: owned(table), record: owned(record) },
        ("PATCH", [table, record]) => PatchRecord { base, table: owned(table), record: owned(record) },
        ("PUT", [table, record]) => PutRecord { base, table: owned(table), record: owned(record) },
        ("DELETE", [table, record]) => DeleteRecord { base, table: owned(table), record: owned(record) },
        ("POST", [table, "sync", sync]) => SyncTable { base, table: owned(table), sync: owned(sync) },
        ("GET", [table, record, "comments"]) => {
            ListComments { base, table: owned(table), record: owned(record) }
        }
        ("POST", [table, record, "comments"]) => {
            CreateComment { base, table: owned(table), record: owned(record) }
        }
        ("PATCH", [table, record, "comments", comment]) => {
            let (table, record, comment) = (owned(table), owned(record), owned(comment));
            ChangeComment { base, table, record, comment }
        }
        ("DELETE", [table, record, "comments", comment]) => {
            let (table, record, comment) = (owned(table), owned(record), owned(comment));
            DeleteComment { base, table, record, comment }
        }
        ("POST", [record, field, "uploadAttachment"]) => {
            UploadAttachment { base, record: owned(record), field: owned(field) }
        }
        _ => return None,
    };
    Some(route)
}
