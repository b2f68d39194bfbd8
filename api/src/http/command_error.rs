//! What the executor's errors mean to a caller. Refusals are told; faults are logged here, once, and told to nobody.

use axum::http::StatusCode;
use domain::refusal::{Refusal, RefusalKind};
use eventstore::execute::{CommandError, Refused};

use super::problem::Problem;

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Refused(refused) => of_refusal(refused),
            CommandError::VersionMismatch { .. } => Problem::changed_meanwhile(),
            CommandError::Taken => Problem::conflict("taken", "This name is taken."),
            CommandError::NotOwner => Problem::conflict("not_owner", "This name belongs to something else."),
            CommandError::Fenced => Problem::conflict("fenced", "Somebody else has taken this over."),
            CommandError::OverQuota => Problem::conflict("over_quota", "The quota is used up."),
            CommandError::KeyReused => key_reused(),
            CommandError::TooLarge(limit) => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_large", limit.to_string())
            }
            CommandError::Overloaded => {
                Problem::unavailable_because("overloaded", "Too much is waiting. Please try again.")
            }
            CommandError::Contended => contended(),
            CommandError::Unavailable(reason) => unavailable(&reason),
            CommandError::OutcomeUnknown { command_id } => Problem::unavailable_because(
                "outcome_unknown",
                format!(
                    "It is not known whether command {command_id} was carried out. Send the same request again under \
                     the same Idempotency-Key: it is carried out once."
                ),
            ),
            CommandError::Fault(reason) => fault(&reason),
        }
    }
}

impl Problem {
    /// The refusal of an aggregate that was found out before it was asked.
    pub fn refused(refusal: &impl Refusal) -> Self {
        Problem::new(status(refusal.kind()), refusal.code(), sentence(&refusal.to_string()))
    }
}

fn of_refusal(refused: Refused) -> Problem {
    Problem::new(status(refused.kind), refused.code, sentence(&refused.detail))
}

fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Missing => StatusCode::NOT_FOUND,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
    }
}

/// Refusals are written as the ends of log lines: small at the beginning and without a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

fn key_reused() -> Problem {
    let detail =
        "This Idempotency-Key was used for another request. Draw a new one for each thing you want done.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail)
}

fn contended() -> Problem {
    let detail = "Others were changing the same at the same time. Nothing was changed; please try again.";
    Problem::conflict("contended", detail).retry_after(1)
}

fn unavailable(reason: &str) -> Problem {
    tracing::warn!(reason, "a command found the log unavailable");
    Problem::unavailable().out_of_reach()
}

fn fault(reason: &str) -> Problem {
    tracing::error!(reason, "a command met a fault");
    Problem::internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: RefusalKind) -> CommandError {
        CommandError::Refused(Refused {
            aggregate: "workspace",
            code: "workspace_archived",
            kind,
            detail: "the workspace is archived".into(),
        })
    }

    #[test]
    fn a_refusal_keeps_its_code_and_gets_the_status_of_its_kind() {
        let expected = [
            (RefusalKind::Invalid, 422),
            (RefusalKind::Missing, 404),
            (RefusalKind::Conflict, 409),
            (RefusalKind::Forbidden, 403),
        ];
        for (kind, status) in expected {
            let problem = Problem::from(refused(kind));
            assert_eq!(problem.status.as_u16(), status);
            assert_eq!(problem.code, "workspace_archived");
            assert_eq!(problem.detail, "The workspace is archived.");
        }
    }

    #[test]
    fn a_fault_tells_nothing_of_itself() {
        let problem = Problem::from(CommandError::Fault("relation \"events\" does not exist".into()));
        assert_eq!(problem.status.as_u16(), 500);
        assert!(!problem.detail.contains("events"));
        let problem = Problem::from(CommandError::Unavailable("connection to 10.0.0.7 refused".into()));
        assert_eq!(problem.status.as_u16(), 503);
        assert!(!problem.detail.contains("10.0.0.7"));
    }
}
