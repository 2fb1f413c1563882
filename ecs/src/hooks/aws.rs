//! The outside as it is: S3 behind links, and the ECS API.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use policyctl_policies::facts::Refusal;

use super::Outside;
use super::s3::Links;
use crate::account::{Account, Pace};
use crate::call;
use crate::roles::Roles;

/// AWS, as the function's role may see it.
pub struct Aws {
    account: Account,
    ecs: Client,
    links: Links,
    roles: Option<Roles>,
    region: String,
}

impl Aws {
    /// AWS in these surroundings. `s3` is an endpoint besides S3's own that links may lead to; IAM is asked where
    /// there are `roles`.
    pub fn new(surroundings: &SdkConfig, s3: Option<&str>, roles: Option<Roles>) -> Result<Self, String> {
        let pace = Pace { attempts: 3, backoff: Duration::from_millis(250), ..Pace::default() };
        Ok(Self {
            account: Account::new(surroundings, pace),
            ecs: Client::new(surroundings),
            links: Links::new(s3)?,
            roles: roles.map(Roles::waited_for),
            region: surroundings.region().map(ToString::to_string).unwrap_or_default(),
        })
    }
}

impl Outside for Aws {
    async fn fetch(&self, link: &str) -> Result<Vec<u8>, String> {
        self.links.fetch(link).await
    }

    async fn task_definition_of(&self, revision: &str) -> Result<String, String> {
        let asked = self.ecs.describe_service_revisions().service_revision_arns(revision);
        let output = asked.send().await.map_err(told)?;
        let revision = output.service_revisions().first();
        let definition = revision.and_then(|revision| revision.task_definition());
        definition.map(str::to_owned).ok_or_else(|| "ECS knows no such service revision".to_owned())
    }

    async fn describe(&self, task_definition: &str) -> Result<String, String> {
        self.account
            .describe(task_definition)
            .await
            .map(|described| described.text)
            .map_err(|e| e.to_string())
    }

    async fn refusal(&self, role: &str) -> Result<Option<Refusal>, String> {
        let Some(roles) = &self.roles else { return Ok(None) };
        roles.refusal(role, &self.region).await.map_err(|why| why.to_string())
    }

    async fn deregister(&self, task_definition: &str) -> Result<(), String> {
        let asked = self.ecs.deregister_task_definition().task_definition(task_definition);
        asked.send().await.map(drop).map_err(told)
    }
}

fn told(error: impl Into<call::Error>) -> String {
    error.into().to_string()
}
