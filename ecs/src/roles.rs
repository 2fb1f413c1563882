//! Whether ECS tasks can assume a role, as IAM has it now.
//!
//! One call of IAM's query API, which the SDK for ECS has not. Source: IAM API reference, `GetRole`; AWS general
//! reference, "AWS Identity and Access Management endpoints and quotas".

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Uri};
use http_body_util::{BodyExt as _, Limited};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use policyctl_policies::facts::{Refusal, RefusingRoles};
use policyctl_policies::role_arn::{RoleArn, is_role_name, partition_of};
use policyctl_policies::trust::text_refuses_tasks;
use tokio::time::timeout;

use crate::outgoing::{self, HttpClient, Purse, Target};
use crate::shelf::Shelf;

/// A trust policy has 2,048 characters by default, each of which may be written as three; the rest is short.
const LARGEST: usize = 64 << 10;

/// How long an answer is kept: a trust policy may change at any time.
const AGE: Duration = Duration::from_mins(5);

/// How often IAM is asked, and the first wait between: it throttles, and says so.
const ATTEMPTS: u32 = 4;
const BACKOFF: Duration = Duration::from_millis(200);

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long all attempts may take together, and how long where somebody waits: CloudFormation gives a hook 30 s.
const ALL: Duration = Duration::from_secs(30);
const WAITED_FOR: Duration = Duration::from_secs(5);

/// Why nobody knows whether tasks can assume a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKnown {
    /// Its partition's endpoint of IAM is not known here.
    #[error("no endpoint of IAM is known for partition {0}")]
    Partition(String),
    /// No answer came.
    #[error("IAM did not answer: {0}")]
    Unanswered(String),
    /// IAM's own word for its refusal.
    #[error("IAM refused GetRole: {0}")]
    Refused(String),
    /// The role of this name is another: of another account, or under another path.
    #[error("IAM has another role of this name")]
    Another,
    /// The answer could not be read.
    #[error("IAM's answer could not be read")]
    Unreadable,
}

/// Asks IAM about roles.
pub struct Roles {
    client: HttpClient,
    purse: Arc<Purse>,
    instead: Option<Uri>,
    patience: Duration,
    shelf: Shelf<(String, String), Option<Refusal>>,
}

/// That nobody knows, and why.
pub fn not_known(why: &impl fmt::Display) -> String {
    format!("whether ECS tasks can assume the task role is not known: {why}")
}

impl Roles {
    /// IAM with the credentials of these surroundings, at an endpoint of one's own where one is given.
    pub fn new(surroundings: &SdkConfig, endpoint: Option<&str>) -> Result<Self, String> {
        let source = surroundings.credentials_provider().ok_or("no source of credentials is configured")?;
        Self::paid_from(Arc::new(Purse::new(source)), endpoint)
    }

    pub(crate) fn paid_from(purse: Arc<Purse>, endpoint: Option<&str>) -> Result<Self, String> {
        let instead = endpoint.map(str::parse).transpose();
        Ok(Self {
            client: outgoing::client().map_err(|error| format!("no certificates of authorities: {error}"))?,
            purse,
            instead: instead.map_err(|_| "the endpoint for IAM is no URL".to_owned())?,
            patience: ALL,
            shelf: Shelf::new(),
        })
    }

    /// IAM, asked while somebody waits.
    pub(crate) fn waited_for(self) -> Self {
        Self { patience: WAITED_FOR, ..self }
    }

    /// Those of these roles that no task can assume, and those of which nobody knows. `region` says the partition of
    /// a role that is given by its name alone.
    pub async fn refusing(&self, roles: &[String], region: &str) -> (RefusingRoles, Vec<(String, NotKnown)>) {
        let (mut refusing, mut unknown) = (RefusingRoles::new(), Vec::new());
        for role in roles {
            match self.refusal(role, region).await {
                Ok(Some(why)) => drop(refusing.insert(role.clone(), why)),
                Ok(None) => {}
                Err(why) => unknown.push((role.clone(), why)),
            }
        }
        (refusing, unknown)
    }

    /// Why no task can assume a role; nothing, where one can.
    pub(crate) async fn refusal(&self, role: &str, region: &str) -> Result<Option<Refusal>, NotKnown> {
        let arn = RoleArn::parse(role).ok();
        let name = arn.map_or(role, |arn| arn.name);
        let partition = arn.map_or(partition_of(region), |arn| arn.partition);
        if !is_role_name(name) {
            return Ok(None); // role-arn-invalid speaks of it.
        }
        let key = (partition.to_owned(), role.to_owned());
        if let Some(known) = self.shelf.get(&key, Instant::now()) {
            return Ok(*known);
        }
        let late = |_| NotKnown::Unanswered("not in time".to_owned());
        let answer = timeout(self.patience, self.ask(name, partition)).await.map_err(late)??;
        let refusal = refusal_of(arn.map(|_| role), &answer)?;
        self.shelf.put(key, Arc::new(refusal), AGE, Instant::now());
        Ok(refusal)
    }

    /// IAM's answer: the role, or that there is none.
    async fn ask(&self, name: &str, partition: &str) -> Result<String, NotKnown> {
        let mut wait = BACKOFF;
        for _ in 1..ATTEMPTS {
            match self.once(name, partition).await {
                Err(NotKnown::Refused(code)) if code == "Throttling" || code == "ServiceUnavailable" => {}
                Err(NotKnown::Unanswered(_)) => {}
                answer => return answer,
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        self.once(name, partition).await
    }

    async fn once(&self, name: &str, partition: &str) -> Result<String, NotKnown> {
        let told = |error: &dyn ToString| NotKnown::Unanswered(error.to_string());
        let (endpoint, region) =
            endpoint(partition).ok_or_else(|| NotKnown::Partition(partition.to_owned()))?;
        let uri = self.instead.clone().unwrap_or_else(|| Uri::from_static(endpoint));
        let credentials = self.purse.get(partition).await.map_err(|error| told(&error))?;
        let target = Target { uri: &uri, region, service: "iam" };
        let request = outgoing::post(target, form(), question(name), credentials).map_err(|e| told(&e))?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|_| told(&"no connection"))?;
            let status = response.status();
            let body = Limited::new(response.into_body(), LARGEST).collect().await;
            let body = body.map_err(|_| NotKnown::Unreadable)?.to_bytes();
            Ok((status, String::from_utf8(body.into()).map_err(|_| NotKnown::Unreadable)?))
        };
        let answer = timeout(PATIENCE, exchange).await.map_err(|_| told(&"not in time"))?;
        let (status, text) = answer?;
        match element(&text, "Code") {
            _ if status.is_success() => Ok(text),
            Some("NoSuchEntity") => Ok(text),
            Some(code) => Err(NotKnown::Refused(code.chars().take(64).collect())),
            None => Err(NotKnown::Unreadable),
        }
    }
}

fn form() -> HeaderMap {
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
    HeaderMap::from_iter([(CONTENT_TYPE, kind)])
}

fn question(name: &str) -> Bytes {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    format!("Action=GetRole&Version=2010-05-08&RoleName={name}").into()
}

/// IAM has one endpoint for each partition, and one region that it is signed for.
fn endpoint(partition: &str) -> Option<(&'static str, &'static str)> {
    Some(match partition {
        "aws" => ("https://iam.amazonaws.com/", "us-east-1"),
        "aws-cn" => ("https://iam.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
        "aws-us-gov" => ("https://iam.us-gov.amazonaws.com/", "us-gov-west-1"),
        "aws-eusc" => ("https://iam.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"),
        "aws-iso" => ("https://iam.us-iso-east-1.c2s.ic.gov/", "us-iso-east-1"),
        "aws-iso-b" => ("https://iam.us-isob-east-1.sc2s.sgov.gov/", "us-isob-east-1"),
        _ => return None,
    })
}

/// What an answer says of a role; `arn` where it was named by its ARN.
fn refusal_of(arn: Option<&str>, answer: &str) -> Result<Option<Refusal>, NotKnown> {
    let Some(document) = element(answer, "AssumeRolePolicyDocument") else {
        return match element(answer, "Code") {
            Some("NoSuchEntity") => Ok(Some(Refusal::NoSuchRole)),
            _ => Err(NotKnown::Unreadable),
        };
    };
    if arn.is_some_and(|arn| element(answer, "Arn") != Some(arn)) {
        return Err(NotKnown::Another);
    }
    let policy = percent_decode_str(document).decode_utf8().map_err(|_| NotKnown::Unreadable)?;
    let refuses = text_refuses_tasks(&policy).ok_or(NotKnown::Unreadable)?;
    Ok(refuses.then_some(Refusal::TrustPolicy))
}

/// The text of the first element of this name. What IAM writes there is encoded or plain, so that no entity is in it.
fn element<'t>(xml: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:iam::111122223333:role/team/checkout";

    fn answer(service: &str) -> String {
        let policy = format!(
            "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22{service}%22%7D\
             %2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D"
        );
        format!(
            "<GetRoleResponse><GetRoleResult><Role><Arn>{ARN}</Arn>\
             <AssumeRolePolicyDocument>{policy}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
        )
    }

    #[test]
    fn a_role_is_judged_by_the_trust_policy_that_iam_has() {
        assert_eq!(refusal_of(Some(ARN), &answer("ecs-tasks.amazonaws.com")), Ok(None));
        assert_eq!(refusal_of(None, &answer("ec2.amazonaws.com")), Ok(Some(Refusal::TrustPolicy)));
    }

    #[test]
    fn a_role_that_is_not_there_is_told_from_one_that_nobody_saw() {
        let gone = "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>";
        assert_eq!(refusal_of(None, gone), Ok(Some(Refusal::NoSuchRole)));
        let other = "arn:aws:iam::999999999999:role/checkout";
        assert_eq!(refusal_of(Some(other), &answer("ec2.amazonaws.com")), Err(NotKnown::Another));
        assert_eq!(refusal_of(None, "<html>"), Err(NotKnown::Unreadable));
    }

    #[test]
    fn a_name_cannot_add_parameters() {
        assert_eq!(question("a+b=c"), "Action=GetRole&Version=2010-05-08&RoleName=a%2Bb%3Dc");
    }
}
