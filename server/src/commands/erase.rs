//! `airtide erase`: a person is erased, or erased again where a backup brought them back; and what proves it.

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::path::PathBuf;
use std::process::ExitCode;

use api::identity::erasure::{By, EraseFailed, Erased, Erasing, ErasingParts, Person, Told, came};
use api::identity::kept::KeptTables;
use clap::Args;
use domain::operations::OperationId;
use domain::operations::operation::Act;
use domain::personal::SubjectId;
use eventstore::Log;
use eventstore::erasure::Place;
use eventstore::operations::correlation;
use serde::Serialize;

use super::acting::{self, Acting};
use super::common::{Common, Output, print_json, print_line, print_table};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

#[derive(Args)]
pub struct Erase {
    /// Whom: the id of a person, or of an invitation
    #[arg(long, value_name = "ID", value_parser = subject, required_unless_present = "reapply")]
    subject: Option<SubjectId>,
    /// Everybody whom the ledger names and whose key is there, as after the restore of a backup
    #[arg(long, conflicts_with_all = ["subject", "prove"])]
    reapply: bool,
    /// Erase nothing; look for what is left
    #[arg(long)]
    prove: bool,
    /// Look for these as well: a file with a text in each line. What was erased cannot be read any more
    #[arg(long, value_name = "FILE")]
    texts: Option<PathBuf>,
    /// Say what would go, and change nothing
    #[arg(long, conflicts_with_all = ["yes", "operation", "prove"])]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Why, for those who read the log later: without a name or an address
    #[arg(long, value_name = "TEXT", value_parser = acting::reason, required_unless_present_any = ["dry_run", "prove"])]
    reason: Option<String>,
    /// Name the operation, or take up the one of this name that was cut short
    #[arg(long, value_name = "ID", value_parser = acting::operation_id)]
    operation: Option<OperationId>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// What is told at the end.
#[derive(Serialize)]
struct ToldOf {
    operation: Option<OperationId>,
    #[serde(flatten)]
    told: Told,
}

impl Erase {
    pub async fn run(self, common: Common) -> Result<ExitCode, Failure> {
        let config = common.load(Vec::new())?;
        let log = wire::open_log(&config).await?;
        let erasing = erasing(&config, &log)?;
        let people = self.people(&config, &log, &erasing).await?;
        if self.dry_run {
            people.iter().for_each(|person| print_line(&preview(person)));
            return Ok(ExitCode::SUCCESS);
        }
        let told = match self.prove {
            true => ToldOf { operation: None, told: self.carry_out(&erasing, &people, None).await? },
            false => self.erase(&config, &erasing, &people).await?,
        };
        log.close().await;
        self.tell(&told)?;
        Ok(if told.told.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn people(&self, config: &Config, log: &Log, erasing: &Erasing) -> Result<Vec<Person>, Failure> {
        let wanted = match &self.subject {
            Some(subject) => vec![subject.clone()],
            None => unlike(config, log).await?,
        };
        let mut people = Vec::with_capacity(wanted.len());
        for subject in wanted {
            people.push(erasing.look(&subject).await.map_err(why_not)?);
        }
        Ok(people)
    }

    async fn erase(&self, config: &Config, erasing: &Erasing, people: &[Person]) -> Result<ToldOf, Failure> {
        if !(self.yes || is_agreed_to(people)?) {
            return Err(Failure::conflict("nobody agreed to it: nothing was erased".to_owned()));
        }
        let reason = self.reason.clone().unwrap_or_default();
        let acting = Acting { reason, operation: self.operation.clone() };
        let target = self.subject.as_ref().map(|subject| format!("subject={subject}"));
        let target = target.unwrap_or_else(|| "the ledger".to_owned());
        let begun = acting.begin(config, Act::EraseSubject, &target).await?;
        let actor = acting::actor();
        let by = By { actor: &actor, correlation: correlation(&begun.id) };
        let outcome = self.carry_out(erasing, people, Some(by)).await;
        let operation = Some(begun.id.clone());
        begun.end(came(outcome.as_ref().map_err(Failure::message))).await?;
        Ok(ToldOf { operation, told: outcome? })
    }

    /// Without anybody in whose name it is done, nobody is erased, and what is left is looked for.
    async fn carry_out(
        &self,
        erasing: &Erasing,
        people: &[Person],
        by: Option<By<'_>>,
    ) -> Result<Told, Failure> {
        let mut erased = Vec::new();
        if let Some(by) = by {
            for person in people {
                erased.push(erasing.erase(person, by).await.map_err(why_not)?);
            }
        }
        Ok(Told { erased, places: self.prove(erasing, people).await? })
    }

    async fn prove(&self, erasing: &Erasing, people: &[Person]) -> Result<Vec<Place>, Failure> {
        let mut texts: BTreeSet<String> = people.iter().flat_map(|person| person.texts.clone()).collect();
        if let Some(file) = &self.texts {
            texts.extend(std::fs::read_to_string(file)?.lines().map(str::to_owned));
        }
        if texts.is_empty() {
            eprintln!("no text of theirs can be read any more: --texts names what to look for");
        }
        let subjects: Vec<SubjectId> = people.iter().flat_map(Person::subjects).collect();
        erasing.prove(&subjects, &texts).await.map_err(why_not)
    }

    fn tell(&self, told: &ToldOf) -> Result<(), Failure> {
        if self.output == Output::Json {
            return Ok(print_json(told)?);
        }
        let Told { erased, places } = &told.told;
        erased.iter().flat_map(Erased::lines).for_each(|line| print_line(&line));
        print_table(&table(places));
        Ok(())
    }
}

fn erasing(config: &Config, log: &Log) -> Result<Erasing, Failure> {
    let database_url = config.database.url()?.reveal().to_owned();
    Ok(Erasing::new(ErasingParts {
        kept: KeptTables::open(&database_url)?,
        database_url,
        nats_url: config.nats.url().ok().map(|url| url.reveal().to_owned()),
        checkpoints: config.checkpoints(),
        checkpoint_signing: *log.keys().checkpoint_signing(),
        executor: log.executor(),
        reader: log.reader(),
    }))
}

/// Of whom ledger and keys do not say the same.
async fn unlike(config: &Config, log: &Log) -> Result<Vec<SubjectId>, Failure> {
    let standing = wire::erasures(config, log).await?;
    Ok(standing.alive.into_iter().chain(standing.unnamed).collect())
}

fn subject(text: &str) -> Result<SubjectId, String> {
    SubjectId::new(text).map_err(|error| error.to_string())
}

fn why_not(failed: EraseFailed) -> Failure {
    match failed {
        EraseFailed::Unknown(_) => Failure::missing(failed.to_string()),
        failed => failed.into(),
    }
}

/// Whoever is not there agrees to nothing.
fn is_agreed_to(people: &[Person]) -> io::Result<bool> {
    people.iter().for_each(|person| eprintln!("{}", preview(person)));
    eprint!("erase {} for ever? Type yes: ", people.len());
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn preview(person: &Person) -> String {
    format!(
        "{}: {} texts are known of them, and {} invitations to their addresses.",
        person.subject,
        person.texts.len(),
        person.invitations.len()
    )
}

fn table(places: &[Place]) -> Vec<Vec<String>> {
    let title = ["PLACE", "LOOKED AT", "FOUND", "WHERE"].map(String::from).to_vec();
    let row = |place: &Place| {
        vec![place.place.clone(), place.looked_at.to_string(), place.found.to_string(), place.at.join(", ")]
    };
    std::iter::once(title).chain(places.iter().map(row)).collect()
}
