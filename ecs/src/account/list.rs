//! Lists, page by page.

use aws_sdk_ecs::types::{
    DaemonTaskDefinitionRevisionFilter, DaemonTaskDefinitionStatusFilter, TaskDefinitionFamilyStatus,
    TaskDefinitionStatus,
};

use super::{Account, Lost, key};
use crate::call;

/// The API's own bound for a page.
pub(super) const PAGE: i32 = 100;

/// Which of the registered task definitions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registered {
    /// What the family's name begins with.
    pub family_prefix: Option<String>,
    /// Their status.
    pub status: Status,
    /// Every revision of a family instead of its newest.
    pub every_revision: bool,
    /// The task definitions of daemons too.
    pub daemons: bool,
}

/// The status of a revision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Status {
    /// It can be run.
    #[default]
    Active,
    /// It was deregistered; services and tasks that have it go on with it.
    Inactive,
    /// It is being deleted; likewise.
    DeleteInProgress,
}

impl From<Status> for TaskDefinitionStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Inactive => Self::Inactive,
            Status::DeleteInProgress => Self::DeleteInProgress,
        }
    }
}

impl From<Status> for DaemonTaskDefinitionStatusFilter {
    /// Those of daemons are active until they are deleted.
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Inactive | Status::DeleteInProgress => Self::DeleteInProgress,
        }
    }
}

/// A page: its items, and what asks for the next.
pub(super) type Page = Result<(Vec<String>, Option<String>), call::Error>;

impl Account {
    /// What DescribeTaskDefinition takes, for everything asked.
    pub(super) async fn revisions(&self, asked: &Registered, lost: &mut Vec<Lost>) -> Vec<String> {
        let mut names = self.families(asked, lost).await;
        // A family alone names its newest active revision.
        if asked.status != Status::Active || asked.every_revision {
            let mut revisions = Vec::new();
            for family in names {
                revisions.extend(self.of_family(&family, asked, lost).await);
            }
            names = revisions;
        }
        if asked.daemons {
            names.extend(self.of_daemons(asked, lost).await);
        }
        names
    }

    async fn families(&self, asked: &Registered, lost: &mut Vec<Lost>) -> Vec<String> {
        let status = match asked.status {
            Status::Active => TaskDefinitionFamilyStatus::Active,
            // A family with an active revision may have others.
            Status::Inactive | Status::DeleteInProgress => TaskDefinitionFamilyStatus::All,
        };
        let request = self.client.list_task_definition_families();
        let request = request.set_family_prefix(asked.family_prefix.clone()).status(status).max_results(PAGE);
        self.pages("the families of task definitions", lost, |token| async {
            let page = request.clone().set_next_token(token).send().await?;
            Ok((page.families.unwrap_or_default(), page.next_token))
        })
        .await
    }

    async fn of_family(&self, family: &str, asked: &Registered, lost: &mut Vec<Lost>) -> Vec<String> {
        let request = self.client.list_task_definitions().family_prefix(family).status(asked.status.into());
        let request = request.max_results(PAGE);
        let revisions = self.pages(family, lost, |token| async {
            let page = request.clone().set_next_token(token).send().await?;
            Ok((page.task_definition_arns.unwrap_or_default(), page.next_token))
        });
        let mut revisions = revisions.await;
        if !asked.every_revision {
            revisions.sort_by_key(|arn| key(arn).1);
            revisions.drain(..revisions.len().saturating_sub(1));
        }
        revisions
    }

    async fn of_daemons(&self, asked: &Registered, lost: &mut Vec<Lost>) -> Vec<String> {
        let newest = (!asked.every_revision).then_some(DaemonTaskDefinitionRevisionFilter::LastRegistered);
        let request = self.client.list_daemon_task_definitions().set_revision(newest);
        let request = request.set_family_prefix(asked.family_prefix.clone()).status(asked.status.into());
        let request = request.max_results(PAGE);
        self.pages("the task definitions of daemons", lost, |token| async {
            let page = request.clone().set_next_token(token).send().await?;
            let definitions = page.daemon_task_definitions.unwrap_or_default().into_iter();
            Ok((definitions.filter_map(|definition| definition.arn).collect(), page.next_token))
        })
        .await
    }

    /// The items of all pages, as far as they can be had.
    pub(super) async fn pages<F>(
        &self,
        what: &str,
        lost: &mut Vec<Lost>,
        call: impl Fn(Option<String>) -> F,
    ) -> Vec<String>
    where
        F: Future<Output = Page>,
    {
        let (items, broken) = self.every_page(call).await;
        lost.extend(broken.map(|error| Lost::new(what, &error)));
        items
    }

    /// The items of all pages, and why there are no more.
    pub(super) async fn every_page<F>(
        &self,
        call: impl Fn(Option<String>) -> F,
    ) -> (Vec<String>, Option<call::Error>)
    where
        F: Future<Output = Page>,
    {
        let (mut items, mut token) = (Vec::new(), None);
        loop {
            self.bucket.turn().await;
            match call(token.clone()).await {
                Ok((more, next)) => {
                    items.extend(more);
                    // A token that is given twice would be given for ever.
                    if next.is_none() || next == token {
                        return (items, None);
                    }
                    token = next;
                }
                Err(error) => return (items, Some(error)),
            }
        }
    }
}
