//! Writes about everything that has a read model, until it is told to stop.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::identity::membership::MembershipCommand;
use domain::identity::tenant::TenantCommand;
use domain::identity::user::UserCommand;
use domain::identity::webhook::{Delivery, WebhookCommand};
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{
    CredentialId, Membership, PLATFORM_TENANT, Role, Tenant, TenantId, User, UserId, Webhook,
    WebhookSecretId, Workspace,
};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Executor, Plan, Request};
use support::random::Random;
use support::{log, wait};
use tokio::sync::watch;
use uuid::Uuid;

const TENANTS: u64 = 3;
/// Workspaces, members and users: few, so that they change often.
const OF_EACH: u64 = 12;
/// A breath between commands, so that the log grows for as long as processes come and go.
const PAUSE: Duration = Duration::from_millis(2);

pub struct Writer {
    pub executor: Executor,
    pub random: Random,
}

impl Writer {
    pub async fn work(mut self, stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let tenant = log::tenant(&format!("t{}", self.random.below(TENANTS)));
            let (tenant, plan) = match self.random.below(10) {
                0 => self.tenant(tenant),
                1 | 2 => self.member(tenant),
                3 => self.user(),
                4 | 5 => self.webhook(tenant),
                _ => self.workspace(tenant),
            };
            // Many are refused: what exists is made again, or what does not exist is changed.
            let _ = self.executor.execute(&Request::new(tenant, "usr_ana"), plan).await;
            wait::let_pass(PAUSE).await;
        }
    }

    fn user_id(&mut self) -> UserId {
        UserId::new(format!("usr_{}", self.random.below(OF_EACH))).expect("an id")
    }

    fn name(&mut self) -> String {
        format!("Name {}", self.random.below(1_000))
    }

    fn workspace(&mut self, tenant: TenantId) -> (TenantId, Plan) {
        let id = log::stream_id(&format!("w{}", self.random.below(OF_EACH)));
        let name = self.name();
        let command = match self.random.below(40) {
            0 => WorkspaceCommand::Archive,
            1..=10 => WorkspaceCommand::Create { name, description: String::new() },
            11..=20 => WorkspaceCommand::Describe { description: name },
            _ => WorkspaceCommand::Rename { name },
        };
        let plan = Plan::new().decide::<Workspace>(&tenant, id, command);
        (tenant, plan)
    }

    fn member(&mut self, tenant: TenantId) -> (TenantId, Plan) {
        let user = self.user_id();
        let opened = (0..self.random.below(4)).map(|number| log::workspace_id(&format!("w{number}")));
        let (role, workspaces) = (self.random.one_of(&Role::ALL), BTreeSet::from_iter(opened));
        let id = log::stream_id(user.as_str());
        let command = match self.random.below(4) {
            0 => MembershipCommand::Remove,
            1 => MembershipCommand::ChangeRole { role },
            2 => MembershipCommand::ChangeWorkspaces { workspaces },
            _ => MembershipCommand::Add { user, role, workspaces },
        };
        let plan = Plan::new().decide::<Membership>(&tenant, id, command);
        (tenant, plan)
    }

    fn tenant(&mut self, tenant: TenantId) -> (TenantId, Plan) {
        let (name, owner) = (self.name(), self.user_id());
        let command = match self.random.below(4) {
            0 => TenantCommand::Create { name, owner },
            1 => TenantCommand::AddOwner { owner },
            2 => TenantCommand::RemoveOwner { owner },
            _ => TenantCommand::Change { name: Some(name), require_second_factor: None },
        };
        let plan = Plan::new().decide::<Tenant>(&tenant, log::stream_id(tenant.as_str()), command);
        (tenant, plan)
    }

    fn webhook(&mut self, tenant: TenantId) -> (TenantId, Plan) {
        let id = log::stream_id(&format!("wh_{}", self.random.below(OF_EACH)));
        let command = match self.random.below(40) {
            0 => WebhookCommand::Remove { expected: None },
            1..=10 => WebhookCommand::Add {
                workspace: log::workspace_id("w0"),
                slot: 0,
                url: format!("https://example.org/{id}"),
                description: self.name(),
                event_types: BTreeSet::from(["workspace.renamed".to_owned()]),
                enabled: true,
                secret: WebhookSecretId::new(format!("whs_{id}")).expect("an id"),
            },
            11..=15 => WebhookCommand::Change {
                expected: None,
                url: None,
                description: Some(self.name()),
                event_types: Some(BTreeSet::new()),
                enabled: Some(self.random.below(2) == 0),
            },
            16 => WebhookCommand::RecordFailed {
                delivery: self.delivery(),
                reason: "status".into(),
                status: Some(410),
                retry_at: None,
            },
            _ => WebhookCommand::RecordDelivered { delivery: self.delivery(), status: 204, duration_ms: 1 },
        };
        let plan = Plan::new().decide::<Webhook>(&tenant, id, command);
        (tenant, plan)
    }

    fn delivery(&mut self) -> Delivery {
        let event = Uuid::from_u128(self.random.below(u64::MAX).into());
        let event_type = "workspace.renamed".to_owned();
        Delivery { delivery_id: event, event_id: event, event_type, position: 1, attempt: 1 }
    }

    fn user(&mut self) -> (TenantId, Plan) {
        let user = self.user_id();
        let subject = SubjectId::new(user.as_str()).expect("an id");
        let tenant = log::tenant(&format!("t{}", self.random.below(TENANTS)));
        let about = |text: &str| Personal::new(subject.clone(), text.to_owned());
        let command = match self.random.below(4) {
            0 => UserCommand::Register {
                email: about(&format!("{user}@example.org")),
                username: None,
                name: None,
                credential: CredentialId::new(format!("crd_{user}")).expect("an id"),
                proof: None,
                tenant,
            },
            1 => UserCommand::ChangeProfile { username: None, name: Some(about(&self.name())) },
            2 => UserCommand::JoinTenant { tenant },
            _ => UserCommand::LeaveTenant { tenant },
        };
        let platform = log::tenant(PLATFORM_TENANT);
        let plan = Plan::new().decide::<User>(&platform, log::stream_id(user.as_str()), command);
        (platform, plan)
    }
}
