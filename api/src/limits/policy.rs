//! The limits that there are, each with its name and its pace.

use std::time::Duration;

use super::bucket::Pace;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const FIVE_MINUTES: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3600);

/// What operators decide. A rate of 0 means that there is no such limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSettings {
    pub anonymous_per_minute: u64,
    pub wrong_credentials_per_minute: u64,
    pub principal_per_second: u64,
    pub principal_burst: u64,
    pub tenant_per_second: u64,
    pub tenant_burst: u64,
    pub key_per_minute: u64,
    pub records_per_second: u64,
    pub records_burst: u64,
    pub airtable_base_per_second: u64,
    pub airtable_key_per_second: u64,
    pub login_per_minute: u64,
    pub login_burst: u64,
    pub login_per_address_per_minute: u64,
    pub login_failures_per_hour: u64,
    pub login_per_device_per_hour: u64,
    pub register_per_hour: u64,
    pub refresh_per_five_minutes: u64,
    pub codes_per_five_minutes: u64,
    pub mails_per_hour: u64,
    pub mails_per_address_per_hour: u64,
    pub exports_per_hour: u64,
}

/// One limit. Its name is told to callers, and keeps its buckets apart from those of others.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub name: &'static str,
    pub pace: Pace,
}

/// Tries of one trusted device at once: somebody who mistypes.
const DEVICE_BURST: u64 = 10;

/// Nothing stands for a limit that there is not.
pub(crate) struct Policies {
    pub anonymous: Option<Policy>,
    pub credential: Option<Policy>,
    pub principal: Option<Policy>,
    pub key: Option<Policy>,
    pub tenant: Option<Policy>,
    pub records: Option<Policy>,
    pub airtable_base: Option<Policy>,
    pub airtable_key: Option<Policy>,
    pub login: Option<Policy>,
    pub address: Option<Policy>,
    pub account: Option<Policy>,
    pub device: Option<Policy>,
    pub register: Option<Policy>,
    pub refresh: Option<Policy>,
    pub code: Option<Policy>,
    pub mail: Option<Policy>,
    pub mail_address: Option<Policy>,
    pub export: Option<Policy>,
}

impl Policies {
    pub fn new(of: &LimitSettings) -> Self {
        let even = |name, count, time| policy(name, count, time, count);
        Self {
            anonymous: even("anonymous", of.anonymous_per_minute, MINUTE),
            credential: even("credential", of.wrong_credentials_per_minute, MINUTE),
            principal: policy("principal", of.principal_per_second, SECOND, of.principal_burst),
            key: even("key", of.key_per_minute, MINUTE),
            tenant: policy("tenant", of.tenant_per_second, SECOND, of.tenant_burst),
            records: policy("records", of.records_per_second, SECOND, of.records_burst),
            airtable_base: even("airtable_base", of.airtable_base_per_second, SECOND),
            airtable_key: even("airtable_key", of.airtable_key_per_second, SECOND),
            login: policy("login", of.login_per_minute, MINUTE, of.login_burst),
            address: even("address", of.login_per_address_per_minute, MINUTE),
            account: even("account", of.login_failures_per_hour, HOUR),
            device: policy(
                "device",
                of.login_per_device_per_hour,
                HOUR,
                of.login_per_device_per_hour.min(DEVICE_BURST),
            ),
            register: even("register", of.register_per_hour, HOUR),
            refresh: even("refresh", of.refresh_per_five_minutes, FIVE_MINUTES),
            code: even("code", of.codes_per_five_minutes, FIVE_MINUTES),
            mail: even("mail", of.mails_per_hour, HOUR),
            mail_address: even("mail_address", of.mails_per_address_per_hour, HOUR),
            export: even("export", of.exports_per_hour, HOUR),
        }
    }
}

fn policy(name: &'static str, count: u64, time: Duration, burst: u64) -> Option<Policy> {
    (count > 0).then(|| Policy { name, pace: Pace::new(count, time, burst) })
}
