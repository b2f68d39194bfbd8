//! A tenant with an owner and people whom the owner lets in, with workspaces open to each as the test wants it.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::identity::tenant::TenantCommand;
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{Role, Tenant, TenantId, UserId, Workspace, WorkspaceId};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Plan, Receipt, Request};
use serde_json::json;

use crate::api::{PASSWORD, Person, TestApi};
use crate::log::{TestLog, stream_id};

/// The log stands beside the served API, for what has no door in HTTP yet.
pub struct Team {
    pub api: Arc<TestApi>,
    pub log: TestLog,
    pub owner: Person,
    pub tenant: TenantId,
}

impl Team {
    /// At the server that tests share.
    pub async fn gather() -> Self {
        Self::gather_at(TestApi::shared().await).await
    }

    /// At a server of its own, with further variables of the environment.
    pub async fn gather_with(variables: &[(&str, &str)]) -> Self {
        Self::gather_at(Arc::new(TestApi::start_with(variables).await)).await
    }

    async fn gather_at(api: Arc<TestApi>) -> Self {
        let owner = api.person();
        let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
        let tenant = TenantId::new(owner.tenant.as_str()).expect("a tenant id");
        Self { api, log, owner, tenant }
    }

    /// Somebody new in the team, signed in to it.
    pub async fn member(&self, role: Role, workspaces: &[&str]) -> Person {
        let person = self.api.person();
        let add = api::identity::members::add(&self.tenant, &user(&person), role, open(workspaces));
        self.carry_out(add.expect("ids")).await;
        let body = json!({ "email": person.email, "password": PASSWORD, "tenant": self.owner.tenant });
        let token = self.api.post("/auth/login", body).send().expect(200).text("/access_token");
        Person { tenant: self.owner.tenant.clone(), token, ..person }
    }

    pub async fn open_to(&self, person: &Person, workspaces: &[&str]) -> Receipt {
        let change = api::identity::members::change_workspaces(&self.tenant, &user(person), open(workspaces));
        self.carry_out(change.expect("ids")).await
    }

    pub async fn change_role(&self, person: &Person, role: Role) -> Receipt {
        let change = api::identity::members::change_role(&self.tenant, &user(person), role);
        self.carry_out(change.expect("ids")).await
    }

    pub async fn remove(&self, person: &Person) -> Receipt {
        let remove = api::identity::members::remove(&self.tenant, &user(person));
        self.carry_out(remove.expect("ids")).await
    }

    /// An event that only those see who read the audit; it holds personal data of the owner.
    pub async fn change_contact(&self, address: &str) -> Receipt {
        let subject = SubjectId::new(self.owner.user.as_str()).expect("a subject");
        let change = TenantCommand::ChangeContact { contact: Personal::new(subject, address.to_owned()) };
        let stream = stream_id(self.tenant.as_str());
        self.carry_out(Plan::new().decide::<Tenant>(&self.tenant, stream, change)).await
    }

    pub async fn rename(&self, workspace: &str, name: &str) -> Receipt {
        let rename = WorkspaceCommand::Rename { name: name.into() };
        let stream = stream_id(workspace);
        self.carry_out(Plan::new().decide::<Workspace>(&self.tenant, stream, rename)).await
    }

    /// A new workspace, by its id.
    pub fn workspace(&self, name: &str) -> String {
        let body = json!({ "name": name });
        self.api.post("/v1/workspaces", body).by(&self.owner).send().expect(201).text("/id")
    }

    pub async fn carry_out(&self, plan: Plan) -> Receipt {
        let request = Request::new(self.tenant.clone(), self.owner.user.as_str());
        self.log.executor().execute(&request, plan).await.expect("the command is carried out")
    }
}

/// The position of a receipt, as callers know it.
pub fn token(receipt: &Receipt) -> String {
    format!("{}:{}", receipt.incarnation, receipt.position)
}

fn user(person: &Person) -> UserId {
    UserId::new(person.user.as_str()).expect("a user id")
}

fn open(workspaces: &[&str]) -> BTreeSet<WorkspaceId> {
    workspaces.iter().map(|id| WorkspaceId::new(*id).expect("a workspace id")).collect()
}
