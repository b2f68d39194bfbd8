//! What clients ask for: one to many streams in one piece, under every kind of guard.

use domain::identity::Workspace;
use domain::identity::workspace::WorkspaceCommand;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use support::log::{stream_id, tenant};

/// The tenant everything happens in.
pub const TENANT: &str = "acme";
/// The workspace that tasks bring about on the way when nobody has yet.
pub const BASE: &str = "base";
/// The kind of the names that tasks reserve.
pub const NAMES: &str = "slug";
/// The counter that tasks move, and the number at which it is full.
pub const COUNTER: &str = "workspaces";
pub const COUNTER_ALLOWED: i64 = 25;

/// All of it is written, or nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Without a key it cannot be asked again, and only the log itself keeps it from being done twice.
    pub has_key: bool,
    pub steps: Vec<Step>,
    pub conditions: Vec<Condition>,
}

/// One event of one workspace; none when the base is there already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub workspace: String,
    /// The version at which the client believes the workspace to be.
    pub expected: Option<i64>,
    pub change: Change,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    Create { name: String },
    Rename { name: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    Take { name: String, owner: String },
    Release { name: String, owner: String },
    Unmoved { workspace: String, version: i64 },
    Claim { claim: String },
    Count,
}

impl Task {
    pub fn of(step: Step) -> Self {
        Self { has_key: true, steps: vec![step], conditions: Vec::new() }
    }

    pub fn without_key(self) -> Self {
        Self { has_key: false, ..self }
    }

    pub fn and(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub fn on(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    pub fn plan(&self) -> Plan {
        let plan = self.steps.iter().fold(Plan::new(), |plan, step| step.add_to(plan));
        self.conditions.iter().fold(plan, |plan, condition| condition.add_to(plan))
    }
}

impl Step {
    pub fn create(workspace: impl Into<String>, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { workspace: workspace.into(), expected: None, change: Change::Create { name } }
    }

    pub fn rename(workspace: impl Into<String>, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { workspace: workspace.into(), expected: None, change: Change::Rename { name } }
    }

    /// Creates the base unless it is there.
    pub fn ensure_base() -> Self {
        Self::create(BASE, "Base")
    }

    pub fn expecting(self, version: Option<i64>) -> Self {
        Self { expected: version, ..self }
    }

    /// The type of its event, and the name in it.
    pub fn event(&self) -> (&'static str, &str) {
        match &self.change {
            Change::Create { name } => ("workspace.created", name),
            Change::Rename { name } => ("workspace.renamed", name),
        }
    }

    fn add_to(&self, plan: Plan) -> Plan {
        let (tenant, id) = (tenant(TENANT), stream_id(&self.workspace));
        let command = self.command();
        match (self.expected, &self.change) {
            (Some(version), _) => plan.decide_at::<Workspace>(&tenant, id, version, command),
            (None, Change::Create { .. }) => plan.create::<Workspace>(&tenant, id, command),
            (None, Change::Rename { .. }) => plan.decide::<Workspace>(&tenant, id, command),
        }
    }

    fn command(&self) -> WorkspaceCommand {
        match self.change.clone() {
            Change::Create { name } => WorkspaceCommand::Create { name, description: String::new() },
            Change::Rename { name } => WorkspaceCommand::Rename { name },
        }
    }
}

impl Condition {
    fn add_to(&self, plan: Plan) -> Plan {
        let tenant = tenant(TENANT);
        match self {
            Self::Take { name, owner } => plan.take(NAMES, name, owner),
            Self::Release { name, owner } => plan.release(NAMES, name, owner),
            Self::Unmoved { workspace, version } => {
                plan.unmoved::<Workspace>(&tenant, stream_id(workspace), *version)
            }
            Self::Claim { claim } => plan.fence(claim, 1, 1),
            Self::Count => plan.count(&tenant, COUNTER, 1),
        }
    }
}
