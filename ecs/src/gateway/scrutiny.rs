//! The examination of a request: what it brings, the definition that it names, and the roles of both.

use std::time::Instant;

use policyctl_policies::facts::RefusingRoles;
use policyctl_policies::finding::Level;
use policyctl_policies::policy::{Bundle, Door, Policy, Proposal};
use policyctl_policies::verdict::Judge;
use tracing::warn;

use super::Gateway;
use super::answer::{self, Refusal};
use super::course::Course;
use super::named::{Called, Seen, Unseen};
use super::place::Place;
use super::request::Received;
use crate::examine;
use crate::message::{self, Holds, Kind, Named};
use crate::roles;

/// What goes with the upstream's answer.
type Warning = Option<String>;

impl Gateway {
    /// Examines a request and what it names; the warning that goes with the answer.
    pub(super) async fn examine(
        &self,
        kind: &'static Kind,
        received: &mut Received,
        place: &Place,
        course: &mut Course,
    ) -> Result<Warning, Refusal> {
        let policy = self.policy.get();
        let judge = Judge { policy: &policy, door: Door::Gateway, day: (self.today)() };
        let text = std::str::from_utf8(&received.body)
            .map_err(|_| Refusal::client("unreadable", "the request is not UTF-8"))?;
        let (refusing, warning) = self.refusing(&judge, kind, text, place).await?;
        let began = Instant::now();
        let body = message::examine(&judge, kind, text, &refusing)
            .map_err(|error| Refusal::client("unreadable", error.to_string()))?;
        self.metrics.took("examine", began.elapsed());
        course.examined(&body.examined, &self.metrics);
        if body.examined.is_denied() {
            return Err(Refusal::denied("", &body.examined.verdict));
        }
        if !body.examined.deeds.is_empty() {
            received.body = body.examined.text.into();
        }
        match &body.named {
            Some(named) => self.look(&judge, named, place, course).await,
            None => Ok(warning),
        }
    }

    /// Whether tasks can assume the role that a definition is to have, where IAM is asked.
    async fn refusing(
        &self,
        judge: &Judge<'_>,
        kind: &Kind,
        text: &str,
        place: &Place,
    ) -> Result<(RefusingRoles, Warning), Refusal> {
        let role = match &self.roles {
            Some(roles) if kind.holds == Holds::Definition => {
                examine::role_of(judge, kind.name, text).map(|role| (roles, role))
            }
            _ => None,
        };
        let Some((roles, role)) = role else { return Ok((RefusingRoles::new(), None)) };
        let (refusing, unknown) = roles.refusing(&[role], &place.region).await;
        let Some((_, why)) = unknown.first() else { return Ok((refusing, None)) };
        let says = roles::not_known(why);
        warn!("{says}");
        Ok((refusing, unseen(judge.policy, Unseen::Role, says)?))
    }

    /// Looks at the definition that a request names: a denial is a warning, unless the policy is strict.
    async fn look(
        &self,
        judge: &Judge<'_>,
        named: &Named,
        place: &Place,
        course: &mut Course,
    ) -> Result<Warning, Refusal> {
        if self.settings.bounds.describe.is_zero() {
            return Ok(None);
        }
        let called = Called(named);
        match self.definitions.look(judge, &self.upstream, self.roles.as_ref(), place, named).await {
            Seen::Fit => {
                self.metrics.named("fit");
                Ok(None)
            }
            Seen::Unfit(verdict) => {
                self.metrics.named("unfit");
                course.found(&verdict, &self.metrics);
                if judge.policy.bundle == Bundle::Strict {
                    return Err(Refusal::denied(&format!("{called}: "), &verdict));
                }
                let says = format!("{called} would be refused today: {}", answer::first(&verdict));
                warn!("{says}");
                Ok(Some(says))
            }
            Seen::Unseen(why) => {
                self.metrics.named("unseen");
                let says = format!("{called} was not examined: {why}");
                warn!("{says}");
                unseen(judge.policy, why, says)
            }
        }
    }
}

/// Whether the policy denies what cannot be read.
fn needs_a_look(policy: &Policy) -> bool {
    let unread = Proposal { rule: "unreadable-input", level: Level::Warn, strict: None };
    policy.levels.of(unread, policy.bundle, Door::Gateway) == Some(Level::Deny)
}

/// Something was not seen: a warning, unless the policy asks for more. Where ECS knows no such definition, it says so itself.
fn unseen(policy: &Policy, why: Unseen, says: String) -> Result<Warning, Refusal> {
    if !needs_a_look(policy) {
        return Ok(Some(says));
    }
    match why {
        Unseen::Unknown => Ok(Some(says)),
        Unseen::Refused | Unseen::Unreadable | Unseen::Role => Err(Refusal::access("unseen", says)),
        Unseen::Failed | Unseen::Unanswered(_) => Err(Refusal::server("unseen", says)),
    }
}
