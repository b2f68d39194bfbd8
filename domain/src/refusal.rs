//! Why a command is refused: one enum per aggregate, all of them answering the same two questions.

/// What a refusal means to the caller. Edges map it to their own words (HTTP: 422, 404, 409, 403).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The command itself is wrong and will stay wrong.
    Invalid,
    /// What the command speaks of does not exist.
    Missing,
    /// The command is fine, but not in the present state.
    Conflict,
    /// The caller may not do this.
    Forbidden,
}

/// The reason an aggregate gives for not carrying out a command.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// A stable word for programs, in snake case.
    fn code(&self) -> &'static str;
    fn kind(&self) -> RefusalKind;
}
