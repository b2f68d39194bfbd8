//! The tables that hold sealed values. Each has the columns `tenant`, `kek` and one that is sealed; a new one is a line in
//! [`WRAPPED`] and a trigger in its migration, like that of the others.

use domain::identity::PLATFORM_TENANT;

use super::Place;

/// A table with a sealed column.
#[derive(Debug, Clone, Copy)]
pub struct Wrapped {
    pub table: &'static str,
    /// Its key beside the tenant, in order.
    pub key: &'static [&'static str],
    pub field: &'static str,
}

pub const SUBJECT_KEYS: Wrapped = Wrapped { table: "subject_keys", key: &["subject"], field: "wrapped" };
pub const WEBHOOK_SECRETS: Wrapped =
    Wrapped { table: "webhook_secrets", key: &["webhook_id", "id"], field: "sealed" };
pub const SIGNING_KEYS: Wrapped = Wrapped { table: "signing_keys", key: &["kid"], field: "sealed" };
pub const SECOND_FACTORS: Wrapped =
    Wrapped { table: "second_factors", key: &["user_id", "id"], field: "sealed" };
pub const AIRTABLE_SECRETS: Wrapped =
    Wrapped { table: "airtable_secrets", key: &["owner_id", "id"], field: "sealed" };

/// Every such table.
pub const WRAPPED: [Wrapped; 5] =
    [SUBJECT_KEYS, WEBHOOK_SECRETS, SIGNING_KEYS, SECOND_FACTORS, AIRTABLE_SECRETS];

impl Wrapped {
    /// Where a value of the table lies, by its key beside the tenant.
    pub fn place<'a>(&self, tenant: &'a str, key: &[&str]) -> Place<'a> {
        Place { tenant, table: self.table, row: key.join("/"), field: self.field, version: 1 }
    }
}

/// The second factor of a person, who belongs to no tenant.
pub fn of_factor(user: &str, id: &str) -> Place<'static> {
    SECOND_FACTORS.place(PLATFORM_TENANT, &[user, id])
}

/// The key of a person, who belongs to no tenant.
pub fn of_subject(subject: &str) -> Place<'static> {
    SUBJECT_KEYS.place(PLATFORM_TENANT, &[subject])
}
