//! Which function answers which route.

use domain::bases::table::Verb;

use super::edge::{Call, Said};
use super::routes::Route;
use super::{attachments, comments, hooks, meta, records, sync};

pub fn dispatch(call: &Call<'_>, route: &Route) -> Said {
    use Route as R;
    match route {
        R::Whoami => meta::whoami(call),
        R::ListBases => meta::list_bases(call),
        R::CreateBase => meta::create_base(call),
        R::ShowBase { base } => meta::show_base(call, base),
        R::DeleteBase { base } => meta::delete_base(call, base),
        R::ListTables { base } => meta::list_tables(call, base),
        R::CreateTable { base } => meta::create_table(call, base),
        R::ChangeTable { base, table } => meta::change_table(call, base, table),
        R::CreateField { base, table } => meta::create_field(call, base, table),
        R::ChangeField { base, table, field } => meta::change_field(call, base, table, field),
        R::ListViews { base } => meta::list_views(call, base),
        R::ShowView { base, view } => meta::show_view(call, base, view),
        R::DeleteView { base, view } => meta::delete_view(call, base, view),
        R::ShowWorkspace { workspace } => meta::show_workspace(call, workspace),

        R::ListWebhooks { base } => hooks::list(call, base),
        R::CreateWebhook { base } => hooks::create(call, base),
        R::DeleteWebhook { base, webhook } => hooks::delete(call, base, webhook),
        R::EnableNotifications { base, webhook } => hooks::enable_notifications(call, base, webhook),
        R::RefreshWebhook { base, webhook } => hooks::refresh(call, base, webhook),
        R::ListPayloads { base, webhook } => hooks::payloads(call, base, webhook),

        R::ListRecords { base, table } => records::list(call, base, table),
        R::ListRecordsByPost { base, table } => records::list_by_post(call, base, table),
        R::GetRecord { base, table, record } => records::get(call, base, table, record),
        R::CreateRecords { base, table } => records::create(call, base, table),
        R::PatchRecord { base, table, record } => records::change_one(call, base, table, record, Verb::Patch),
        R::PutRecord { base, table, record } => records::change_one(call, base, table, record, Verb::Put),
        R::PatchRecords { base, table } => records::change_many(call, base, table, Verb::Patch),
        R::PutRecords { base, table } => records::change_many(call, base, table, Verb::Put),
        R::DeleteRecord { base, table, record } => records::delete_one(call, base, table, record),
        R::DeleteRecords { base, table } => records::delete_many(call, base, table),

        R::ListComments { base, table, record } => comments::list(call, base, table, record),
        R::CreateComment { base, table, record } => comments::create(call, base, table, record),
        R::ChangeComment { base, table, record, comment } => {
            comments::change(call, base, table, record, comment)
        }
        R::DeleteComment { base, table, record, comment } => {
            comments::delete(call, base, table, record, comment)
        }
        R::UploadAttachment { base, record, field } => attachments::upload(call, base, record, field),
        R::SyncTable { base, table, sync } => sync::sync(call, base, table, sync),
    }
}
