//! Clients of the event stream lose their connections at any moment and come back, read slowly, or lose rights in the
//! middle, while events come faster than some of them read. In the end each has got what it was allowed to see: in
//! order, nothing twice, nothing missing.

mod follower;
mod oracle;
mod writer;

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::identity::Role;
use support::api::Person;
use support::random::Random;
use support::sse::Sse;
use support::team::Team;
use support::wait;
use tokio::task::JoinSet;

use crate::round::seeds_of;
use follower::{End, Follower, Heard, Manner};
use oracle::{Oracle, Rights};
use writer::Writer;

const ROUNDS_IN_EVERY_TEST_RUN: u64 = 5;
const WORKSPACES: usize = 4;
const WRITERS: usize = 4;
const COMMANDS_EACH: usize = 400;
/// One long event in so many; in a load there are more of them, because bytes are what it is about.
const LONG_ONCE_IN: u64 = 4;
const LONG_ONCE_IN_LOAD: u64 = 2;
/// A stream is over this soon after its right is gone.
const OVER_WITHIN: Duration = Duration::from_secs(5);
/// The server gives up on a client that takes nothing for half a minute; it looks now and then.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(45);
const STUCK_SEED: u64 = 7;
/// More than the network itself and the live end keep for a client.
const STUCK_LOADS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn every_client_gets_what_it_may_see_in_order_once_and_whole() {
    for seed in seeds_of(ROUNDS_IN_EVERY_TEST_RUN) {
        println!("streams: seed {seed}");
        Round::begin(seed).await.run().await;
    }
}

struct Round {
    seed: u64,
    random: Random,
    team: Team,
    workspaces: Vec<String>,
    end: End,
}

/// A client at work, and what it is allowed to see.
struct Client {
    name: &'static str,
    rights: Rights,
    at_work: JoinHandle<Heard>,
}

impl Round {
    async fn begin(seed: u64) -> Self {
        let team = Team::gather().await;
        let workspaces = (0..WORKSPACES).map(|number| team.workspace(&format!("W{number}"))).collect();
        let random = Random::seeded(seed).branch("streams");
        Self { seed, random, team, workspaces, end: End::default() }
    }

    async fn run(mut self) {
        let mut clients = self.steady_rights().await;
        let changing = self.member(1).await;
        clients.push(self.follow("changing", &changing, "", Manner::Steady, self.rights_of(&changing, 1)));
        let leaving = self.member(2).await;
        let left =
            self.follow("leaving", &leaving, "", Manner::Steady, Rights::viewer(&self.workspaces[..2]));
        let writers = self.write(LONG_ONCE_IN);
        self.change_rights(&changing).await;
        let (left, heard) = self.remove(&leaving, left).await;
        writers.join_all().await;
        let oracle = self.finish(clients).await;
        oracle.check(left.name, &left.rights, &heard, oracle.removal_of(&leaving.user) - 1);
        self.team.log.close().await;
    }

    /// Those whose rights stay as they are.
    async fn steady_rights(&mut self) -> Vec<Client> {
        let (owner, viewer) = (self.owner(), self.member(2).await);
        let auditor = self.team.member(Role::Auditor, &[]).await;
        let (all, some) = (Rights::everything(), Rights::viewer(&self.workspaces[..2]));
        let one = self.workspaces[0].clone();
        let in_one = format!("?workspace={one}");
        let both = format!("{in_one}&type=workspace.renamed,workspace.described");
        let renamed = all.clone().only_types(&["workspace.renamed"]);
        let of_one = some.clone().only_workspace(&one);
        let of_both = of_one.clone().only_types(&["workspace.renamed", "workspace.described"]);
        vec![
            self.follow("steady", &owner, "", Manner::Steady, all.clone()),
            self.follow("dropping", &owner, "", Manner::Dropping, all.clone()),
            self.follow("slow", &auditor, "", Manner::Slow, all.clone()),
            self.follow("slow and dropping", &auditor, "", Manner::SlowAndDropping, all),
            self.follow("of some workspaces", &viewer, "", Manner::Dropping, some),
            self.follow("of one type", &owner, "?type=workspace.renamed", Manner::Dropping, renamed),
            self.follow("of one workspace", &viewer, &in_one, Manner::SlowAndDropping, of_one),
            self.follow("of both", &viewer, &both, Manner::Slow, of_both),
        ]
    }

    fn owner(&self) -> Person {
        let owner = &self.team.owner;
        Person {
            user: owner.user.clone(),
            tenant: owner.tenant.clone(),
            email: owner.email.clone(),
            username: owner.username.clone(),
            token: owner.token.clone(),
        }
    }

    /// Somebody who sees so many of the workspaces.
    async fn member(&self, opened: usize) -> Person {
        let opened: Vec<&str> = self.workspaces[..opened].iter().map(String::as_str).collect();
        self.team.member(Role::Viewer, &opened).await
    }

    fn rights_of(&self, person: &Person, opened: usize) -> Rights {
        Rights::following(&person.user, &self.workspaces[..opened])
    }

    fn follow(
        &self,
        name: &'static str,
        person: &Person,
        query: &str,
        manner: Manner,
        rights: Rights,
    ) -> Client {
        let random = self.random.branch(name);
        let follower = Follower::begin(&self.team.api.url, &person.token, query, manner, random, &self.end);
        Client { name, rights, at_work: std::thread::spawn(move || follower.follow()) }
    }

    fn write(&self, long_once_in: u64) -> JoinSet<()> {
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            let writer = Writer {
                executor: self.team.log.executor(),
                tenant: self.team.tenant.clone(),
                owner: self.team.owner.user.clone(),
                workspaces: self.workspaces.clone(),
                long_once_in,
                random: self.random.branch(&format!("writer {number}")),
            };
            writers.spawn(writer.work(COMMANDS_EACH));
        }
        writers
    }

    /// Opens one workspace after the other, each instead of the one before.
    async fn change_rights(&mut self, person: &Person) {
        for workspace in 1..WORKSPACES {
            wait::let_pass(Duration::from_millis(self.random.between(50, 300))).await;
            self.team.open_to(person, &[&self.workspaces[workspace]]).await;
        }
    }

    /// Ends a membership in the middle of everything; what its stream heard until it ended.
    async fn remove(&mut self, person: &Person, client: Client) -> (Client, Heard) {
        wait::let_pass(Duration::from_millis(self.random.below(300))).await;
        self.team.remove(person).await;
        let gone = Instant::now();
        let Client { name, rights, at_work } = client;
        let heard = join(at_work).await;
        assert!(gone.elapsed() <= OVER_WITHIN, "over after {:?}", gone.elapsed());
        assert_eq!(heard.ended_because.as_deref(), Some("membership_ended"));
        assert_eq!(Sse::open(&self.team.api.url, &person.token, "", &[]).status, 401);
        (Client { name, rights, at_work: std::thread::spawn(Heard::default) }, heard)
    }

    /// Writes a last event, and holds what everybody heard up to it against what they may see.
    async fn finish(&self, clients: Vec<Client>) -> Oracle {
        let end = self.team.change_contact("end@example.org").await.position;
        self.end.set(end).expect("a round ends once");
        let oracle = Oracle::read(&self.team).await;
        let (mut events, mut drops) = (0, 0);
        for Client { name, rights, at_work } in clients {
            let heard = join(at_work).await;
            oracle.check(name, &rights, &heard, end);
            events += heard.positions.len();
            drops += heard.drops;
        }
        println!(
            "streams: seed {}: {events} events heard, {drops} drops, {end} events in the log",
            self.seed
        );
        oracle
    }
}

async fn join(thread: JoinHandle<Heard>) -> Heard {
    let joined = tokio::task::spawn_blocking(move || thread.join()).await.expect("a thread is joined");
    joined.expect("a client finds nothing wrong")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_holds_up_nobody_and_is_given_up() {
    let round = Round::begin(STUCK_SEED).await;
    let (mut stuck, _) = Sse::follow(&round.team.api.url, &round.team.owner.token, "");
    let begun = Instant::now();
    let others = [("steady", Manner::Steady), ("late", Manner::Late)]
        .map(|(name, manner)| round.follow(name, &round.owner(), "", manner, Rights::everything()));
    for _ in 0..STUCK_LOADS {
        round.write(LONG_ONCE_IN_LOAD).join_all().await;
    }
    round.finish(others.into()).await;
    let end = *round.end.get().expect("the round has ended");
    wait::let_pass(GIVEN_UP_AFTER.saturating_sub(begun.elapsed())).await;
    // What lies on the way is still there; the rest was never sent.
    let mut last = 0;
    while let Some(frame) = stuck.next_frame() {
        last =
            frame.token().rsplit(':').next().and_then(|position| position.parse().ok()).expect("a position");
    }
    assert!(last < end, "all of {end} events went out to a client that read nothing");
    round.team.log.close().await;
}
