//! The task role of what a hook is shown, as IAM has it, where IAM is asked.

use policyctl_policies::facts::{Refusal, RefusingRoles};

use super::{Outside, log_unexamined};
use crate::roles;

/// What is known of it.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The role, where no task can assume it.
    pub(super) refusing: RefusingRoles,
    /// Why that is not known. It stops nobody.
    pub(super) unsaid: Option<String>,
}

/// Asks about a role, where there is one.
pub(super) async fn known(role: Option<String>, outside: &impl Outside) -> Known {
    let Some(role) = role else { return Known::default() };
    match outside.refusal(&role).await {
        Ok(refusal) => Known { refusing: refusal.map(|why| (role, why)).into_iter().collect(), unsaid: None },
        Err(why) => Known { unsaid: Some(roles::not_known(&why)), ..Known::default() },
    }
}

impl Known {
    /// Says in the log what is not known.
    pub(super) fn log(&self, hook: &'static str, subject: &str) {
        if let Some(reason) = &self.unsaid {
            log_unexamined(hook, subject, reason);
        }
    }

    /// For what is made beside its role: one that is not there yet may be so in a moment.
    pub(super) fn or_made_later(mut self) -> Self {
        let before = self.refusing.len();
        self.refusing.retain(|_, why| *why != Refusal::NoSuchRole);
        if self.refusing.len() < before {
            self.unsaid = Some(roles::not_known(&"there is no such role yet"));
        }
        self
    }
}
