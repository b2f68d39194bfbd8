//! Writes into every workspace of the team, about the team itself, and into the tenant of others.

use domain::identity::tenant::TenantCommand;
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{Tenant, TenantId, Workspace};
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Executor, Plan, Request};
use support::log;
use support::random::Random;

/// Characters of a long description, four bytes each: events that fill what is kept for slow readers.
const LONG: usize = 1_900;

pub struct Writer {
    pub executor: Executor,
    pub tenant: TenantId,
    pub owner: String,
    pub workspaces: Vec<String>,
    /// One description in so many changes of a workspace, all of them long.
    pub long_once_in: u64,
    pub random: Random,
}

impl Writer {
    pub async fn work(mut self, commands: usize) {
        for number in 0..commands {
            let (tenant, plan) = match self.random.below(10) {
                0 => self.contact(number),
                1 | 2 => elsewhere(number, &mut self.random),
                _ => self.workspace(number),
            };
            let request = Request::new(tenant, self.owner.as_str());
            // Two writers may change the same thing at once; what is refused is not there.
            let _ = self.executor.execute(&request, plan).await;
        }
    }

    fn workspace(&mut self, number: usize) -> (TenantId, Plan) {
        let workspace = self.random.one_of(&self.workspaces);
        let command = match self.random.once_in(self.long_once_in) {
            true => WorkspaceCommand::Describe { description: format!("{number}{}", "🌊".repeat(LONG)) },
            false => WorkspaceCommand::Rename { name: format!("Name {number} {}", self.random.below(1_000)) },
        };
        let plan = Plan::new().decide::<Workspace>(&self.tenant, log::stream_id(&workspace), command);
        (self.tenant.clone(), plan)
    }

    fn contact(&mut self, number: usize) -> (TenantId, Plan) {
        let subject = SubjectId::new(self.owner.as_str()).expect("a subject");
        let address = format!("a{number}-{}@example.org", self.random.below(1_000));
        let change = TenantCommand::ChangeContact { contact: Personal::new(subject, address) };
        let stream = log::stream_id(self.tenant.as_str());
        (self.tenant.clone(), Plan::new().decide::<Tenant>(&self.tenant, stream, change))
    }
}

fn elsewhere(number: usize, random: &mut Random) -> (TenantId, Plan) {
    let tenant = log::tenant("ten_others");
    let id = log::stream_id(&format!("wsp_{number}_{}", random.below(1 << 40)));
    let plan = Plan::new().create::<Workspace>(&tenant, id, log::create("Of others"));
    (tenant, plan)
}
