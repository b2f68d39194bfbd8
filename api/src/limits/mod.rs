//! How much of what one caller may ask for. Every route says by what it is limited; what must agree on every node is
//! counted in Postgres, the rest in the memory of each.

mod bucket;
mod memory;
mod network;
mod policy;
mod sign_in;
mod told;

pub(crate) use bucket::{Pace, Standing};
pub(crate) use network::noted;
pub use network::{IsProxy, network_of};
pub use policy::LimitSettings;
pub(crate) use sign_in::Try;

use std::fmt::{self, Display};
use std::hash::Hash;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use eventstore::execute::Executor;

use crate::Api;
use crate::access::{Operator, Principal};
use crate::airtable;
use crate::http::{Peer, Problem};
use crate::identity::kept::KeptTables;
use memory::Memory;
use policy::{Policies, Policy};
use told::Told;

/// What a route is limited by. "Who asks" is whoever is signed in, and elsewhere the caller's network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Nothing: health, numbers, and pages whose refusal would cost as much as they do.
    Free,
    /// The caller's network, on each node.
    Anonymous,
    /// Who asks, and their tenant, on each node.
    Principal,
    /// The same with a limit of its own, of which there is none unless operators set it: records are read in bulk.
    Records,
    /// Who is being signed in, and from where, on all nodes. The handler asks, since the body says who.
    Login,
    /// The caller's network, on all nodes.
    Register,
    /// Who asks for a new token, on all nodes.
    Refresh,
    /// Who shows a code of a second factor, on all nodes.
    Code,
    /// Who asks for mails, on all nodes. The handler asks with `take_mail_to` besides.
    Mail,
    /// Who takes data along, on all nodes.
    Export,
}

impl Rate {
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "none",
            Self::Anonymous => "anonymous",
            Self::Principal => "principal",
            Self::Records => "records",
            Self::Login => "login",
            Self::Register => "register",
            Self::Refresh => "refresh",
            Self::Code => "code",
            Self::Mail => "mail",
            Self::Export => "export",
        }
    }
}

/// `server` fills it.
pub struct LimitsOptions {
    pub settings: LimitSettings,
    pub kept: KeptTables,
    /// Draws the keys under which is counted: who was limited does not stand in the database.
    pub executor: Executor,
    pub is_proxy: IsProxy,
}

pub struct Limits {
    policies: Policies,
    memory: Memory,
    kept: KeptTables,
    executor: Executor,
    is_proxy: IsProxy,
}

impl Limits {
    pub fn new(options: LimitsOptions) -> Self {
        let LimitsOptions { settings, kept, executor, is_proxy } = options;
        Self { policies: Policies::new(&settings), memory: Memory::new(), kept, executor, is_proxy }
    }

    /// Takes what a request costs at its route.
    pub(crate) async fn take(&self, rate: Rate, parts: &Parts) -> Result<Told, Problem> {
        let mut told = Told::default();
        let policies = &self.policies;
        match rate {
            Rate::Free | Rate::Login => {}
            Rate::Anonymous => self.take_here(&policies.anonymous, self.network(parts)?, &mut told)?,
            Rate::Principal => {
                self.take_of_principal(parts, &mut told)?;
                self.take_of_tenant(parts, &mut told)?;
            }
            Rate::Records => self.take_here(&policies.records, self.who(parts)?, &mut told)?,
            Rate::Register => {
                self.take_everywhere(&policies.register, self.network(parts)?, &mut told).await?;
            }
            Rate::Refresh => self.take_everywhere(&policies.refresh, self.who(parts)?, &mut told).await?,
            Rate::Code => self.take_everywhere(&policies.code, self.who(parts)?, &mut told).await?,
            Rate::Mail => self.take_everywhere(&policies.mail, self.who(parts)?, &mut told).await?,
            Rate::Export => self.take_everywhere(&policies.export, self.who(parts)?, &mut told).await?,
        }
        if airtable::is_asked(parts.uri.path()) {
            self.take_as_airtable(parts, &mut told)?;
        }
        Ok(told)
    }

    /// Takes what a mail to an address costs, whoever asks for it and whether it is anybody's.
    pub async fn take_mail_to(&self, address: &str) -> Result<(), Problem> {
        self.take_everywhere(&self.policies.mail_address, address, &mut Told::default()).await
    }

    /// Takes what a try with a code costs of somebody who is not signed in yet; the same as once they are.
    pub async fn take_code_of(&self, user: &str) -> Result<(), Problem> {
        self.take_everywhere(&self.policies.code, Who::Person(user), &mut Told::default()).await
    }

    /// Takes what a credential costs that was none.
    pub(crate) fn take_stranger(&self, parts: &Parts) -> Result<(), Problem> {
        self.take_here(&self.policies.credential, self.network(parts)?, &mut Told::default())
    }

    /// What a key does is counted for the key, and not for whoever it acts for.
    fn take_of_principal(&self, parts: &Parts, told: &mut Told) -> Result<(), Problem> {
        let who = self.who(parts)?;
        let policy = if let Who::Key(_) = who { &self.policies.key } else { &self.policies.principal };
        self.take_here(policy, who, told)
    }

    fn take_of_tenant(&self, parts: &Parts, told: &mut Told) -> Result<(), Problem> {
        match parts.extensions.get::<Principal>() {
            Some(principal) => self.take_here(&self.policies.tenant, principal.tenant.as_str(), told),
            None => Ok(()),
        }
    }

    /// The limits of Airtable itself, where operators want them imitated.
    fn take_as_airtable(&self, parts: &Parts, told: &mut Told) -> Result<(), Problem> {
        let tenant = parts.extensions.get::<Principal>().map(|principal| principal.tenant.as_str());
        let taken = match airtable::base_in(parts.uri.path()) {
            Some(base) => self.take_here(&self.policies.airtable_base, (tenant, base), told),
            None => Ok(()),
        };
        let taken = taken.and_then(|()| self.take_here(&self.policies.airtable_key, self.who(parts)?, told));
        taken.map_err(|problem| problem.retry_after(airtable::RETRY_AFTER_SECONDS))
    }

    fn take_here(&self, policy: &Option<Policy>, subject: impl Hash, told: &mut Told) -> Result<(), Problem> {
        let Some(policy) = policy else { return Ok(()) };
        let standing = self.memory.take(policy, subject);
        told.add(policy, &standing);
        if standing.allowed { Ok(()) } else { Err(told.refusal(&standing)) }
    }

    /// What this node would refuse by itself, all nodes together would: a flood does not get as far as the database.
    async fn take_everywhere(
        &self,
        policy: &Option<Policy>,
        subject: impl Hash + Display,
        told: &mut Told,
    ) -> Result<(), Problem> {
        let Some(policy) = policy else { return Ok(()) };
        let here = self.memory.take(policy, &subject);
        let standing = match here.allowed {
            true => self.kept.take_of_bucket(&self.key(policy, &subject), policy.pace).await?,
            false => here,
        };
        told.add(policy, &standing);
        if standing.allowed { Ok(()) } else { Err(told.refusal(&standing)) }
    }

    fn key(&self, policy: &Policy, subject: impl Display) -> String {
        // No name of a person holds a blank, so none of them has this key.
        self.executor.look_up_key(&format!("limit {} {subject}", policy.name))
    }

    fn who<'a>(&self, parts: &'a Parts) -> Result<Who<'a>, Problem> {
        if let Some(principal) = parts.extensions.get::<Principal>() {
            return Ok(match principal.key() {
                Some(key) => Who::Key(key.id.as_str()),
                None => Who::Person(principal.user.as_str()),
            });
        }
        match parts.extensions.get::<Operator>() {
            Some(operator) => Ok(Who::Operator(&operator.name)),
            None => self.network(parts).map(Who::Stranger),
        }
    }

    fn network(&self, parts: &Parts) -> Result<IpAddr, Problem> {
        self.address(parts).map(network_of)
    }

    /// The same as it is written down.
    pub(crate) fn noted_network(&self, parts: &Parts) -> Option<String> {
        self.address(parts).ok().map(noted)
    }

    /// Where a request comes from, as far as listed proxies can be believed.
    pub(crate) fn address(&self, parts: &Parts) -> Result<IpAddr, Problem> {
        let Peer(peer) = parts.extensions.get().copied().ok_or_else(Problem::internal)?;
        Ok(network::caller(peer.ip(), &parts.headers, &self.is_proxy))
    }
}

/// Who asks. No id of a person holds a blank.
#[derive(Hash)]
enum Who<'a> {
    Person(&'a str),
    Key(&'a str),
    Operator(&'a str),
    Stranger(IpAddr),
}

impl Display for Who<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => formatter.write_str(id),
            Self::Key(id) => write!(formatter, "key {id}"),
            Self::Operator(name) => write!(formatter, "operator {name}"),
            Self::Stranger(network) => write!(formatter, "{network}"),
        }
    }
}

/// The network of whoever asks, for handlers that ask for limits themselves.
pub(crate) struct Caller(pub IpAddr);

impl FromRequestParts<Api> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        api.limits.network(parts).map(Self)
    }
}
