//! Asks many callers' questions of one kind in one query.

use sqlx::PgConnection;
use tokio::sync::{mpsc, oneshot};

use super::in_time;
use crate::database::{self, Role};

/// Questions that go out together.
const TOGETHER_MAX: usize = 64;
/// Questions that may wait.
const WAITING_MAX: usize = 16_384;
/// Why there is no answer. Nothing was written, so asking again does no harm.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LoadError {
    #[error("the log cannot be reached: {0}")]
    Unreachable(String),
    /// Postgres would not: too much was asked for, perhaps.
    #[error("the log cannot be read: {0}")]
    Failed(String),
}

/// A kind of question.
pub(crate) trait Ask: Send + 'static {
    type Question: Send + Sync + 'static;
    type Answer: Send + 'static;

    /// Answers all the questions, in their order.
    fn ask(
        connection: &mut PgConnection,
        questions: &[Self::Question],
    ) -> impl Future<Output = sqlx::Result<Vec<Self::Answer>>> + Send;
}

type Asked<A> = (<A as Ask>::Question, oneshot::Sender<Result<<A as Ask>::Answer, LoadError>>);

pub(crate) struct Batcher<A: Ask> {
    questions: mpsc::Sender<Asked<A>>,
}

impl<A: Ask> Batcher<A> {
    pub fn start(database_url: String) -> Self {
        let (questions, waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(answer_all::<A>(database_url, waiting));
        Self { questions }
    }

    pub async fn ask(&self, question: A::Question) -> Result<A::Answer, LoadError> {
        let gone = || LoadError::Unreachable("the log is closed".into());
        let (reply, answer) = oneshot::channel();
        self.questions.send((question, reply)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// Runs until every asker is gone.
async fn answer_all<A: Ask>(database_url: String, mut waiting: mpsc::Receiver<Asked<A>>) {
    let mut connection = None;
    let mut asked: Vec<Asked<A>> = Vec::with_capacity(TOGETHER_MAX);
    while waiting.recv_many(&mut asked, TOGETHER_MAX).await > 0 {
        let (questions, replies): (Vec<_>, Vec<_>) = asked.drain(..).unzip();
        let answers = match answer::<A>(&database_url, &mut connection, &questions).await {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            // Whoever asked for too much must not cost the others their answers.
            Err(LoadError::Failed(_)) if questions.len() > 1 => {
                answer_each::<A>(&database_url, &mut connection, &questions).await
            }
            Err(error) => {
                tracing::warn!(%error, questions = replies.len(), "the log cannot be read");
                connection = None;
                questions.iter().map(|_| Err(error.clone())).collect()
            }
        };
        for (reply, answer) in replies.into_iter().zip(answers) {
            let _ = reply.send(answer);
        }
    }
}

async fn answer_each<A: Ask>(
    database_url: &str,
    connection: &mut Option<PgConnection>,
    questions: &[A::Question],
) -> Vec<Result<A::Answer, LoadError>> {
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        let alone = answer::<A>(database_url, connection, std::slice::from_ref(question)).await;
        let missing = || LoadError::Failed("no answer".into());
        answers.push(alone.and_then(|answers| answers.into_iter().next().ok_or_else(missing)));
    }
    answers
}

async fn answer<A: Ask>(
    database_url: &str,
    connection: &mut Option<PgConnection>,
    questions: &[A::Question],
) -> Result<Vec<A::Answer>, LoadError> {
    let failed = |error: sqlx::Error| match error {
        sqlx::Error::Database(_) => LoadError::Failed(error.to_string()),
        _ => LoadError::Unreachable(error.to_string()),
    };
    let had_connection = connection.is_some();
    match in_time(A::ask(connected(database_url, connection).await?, questions)).await {
        // A connection that idled may have been cut meanwhile; asking writes nothing, so it is asked once more.
        Err(sqlx::Error::Io(_)) if had_connection => {
            *connection = None;
            in_time(A::ask(connected(database_url, connection).await?, questions)).await.map_err(failed)
        }
        answers => answers.map_err(failed),
    }
}

async fn connected<'a>(
    database_url: &str,
    connection: &'a mut Option<PgConnection>,
) -> Result<&'a mut PgConnection, LoadError> {
    if connection.is_none() {
        let opened = database::connect(database_url, Role::LogWriter).await;
        *connection = Some(opened.map_err(|unfit| LoadError::Unreachable(crate::chain_of(&unfit)))?);
    }
    connection.as_mut().ok_or_else(|| LoadError::Unreachable("no connection".into()))
}
