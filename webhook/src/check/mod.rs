//! `policyctl-webhook check`: asks the API server for a pod, on a dry run, and tells whether the webhook answered.
//!
//! ```text
//! probe (a pod with AWS's documented example key) ──▶ API server ──▶ webhook ──▶ a marked warning
//!                                                        │ no mark
//!                                                        ▼
//!                                  survey (what the objects say) ──▶ diagnosis (what is wrong, what to do)
//! ```
//! Only the API server's own way to the webhook counts, so nothing else decides: what is found in objects and by calling
//! the webhook ourselves explains a silence, and never stands in for an answer.

mod diagnosis;
pub mod probe;
mod reach;
mod survey;
mod words;

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use kube::Client;
use tokio::time::{Instant, sleep};

pub use diagnosis::Problem;
use probe::Answer;
pub use words::WORDS;

/// Time between two questions.
const PAUSE: Duration = Duration::from_secs(2);

/// What to ask, and for how long.
#[derive(Debug, Clone)]
pub struct Question {
    /// The namespace of the pod, one that the webhook examines.
    pub namespace: String,
    /// The names of the webhook configurations.
    pub configurations: Vec<String>,
    /// How long an answer is waited for: API servers learn of a new configuration a moment later.
    pub patience: Duration,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The webhook answered, in these words.
    Answered(String),
    /// It did not.
    Silent {
        /// What the API server said of it, where it says something.
        said: Option<String>,
        /// What seems to be wrong.
        problems: Vec<Problem>,
    },
    /// The question could not be put.
    Unasked(String),
}

impl Outcome {
    /// 0 when the webhook answered, 1 when it did not, 2 when it could not be asked.
    pub fn code(&self) -> u8 {
        match self {
            Self::Answered(_) => 0,
            Self::Silent { .. } => 1,
            Self::Unasked(_) => 2,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(words) => writeln!(f, "ok: {words}"),
            Self::Unasked(reason) => writeln!(f, "cannot ask: {reason}"),
            Self::Silent { said, problems } => {
                writeln!(f, "failed: the webhook did not answer")?;
                said.iter().try_for_each(|said| writeln!(f, "  the API server says: {said}"))?;
                problems.iter().try_for_each(|problem| write!(f, "{problem}"))
            }
        }
    }
}

/// Asks until the webhook answers or patience ends; then looks for the reason.
pub async fn run(client: &Client, question: &Question) -> Result<Outcome> {
    let deadline = Instant::now() + question.patience;
    let said = loop {
        match probe::ask(client, &question.namespace).await? {
            Answer::Marked(words) => return Ok(Outcome::Answered(words)),
            Answer::Refused(reason) if Instant::now() >= deadline => return Ok(Outcome::Unasked(reason)),
            Answer::Failed(said) if Instant::now() >= deadline => break Some(said),
            Answer::Unmarked if Instant::now() >= deadline => break None,
            Answer::Refused(_) | Answer::Failed(_) | Answer::Unmarked => sleep(PAUSE).await,
        }
    };
    let survey = survey::look(client, question).await;
    Ok(Outcome::Silent { problems: diagnosis::diagnose(&survey, said.as_deref()), said })
}
