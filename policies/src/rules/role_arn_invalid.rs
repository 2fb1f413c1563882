//! A text in a role's place that cannot be a role, or is one of another partition.

use super::{Family, Rule, Subject};
use crate::document::{Document, find_mark};
use crate::facts::ServiceAccount;
use crate::finding::{Finding, Level, Place};
use crate::fix::Fix;
use crate::read::Contents;
use crate::role_arn::partition_of;
use crate::role_text::RoleText;
use crate::workload::Container;

/// The rule.
pub(super) struct RoleArnInvalid;

impl Rule for RoleArnInvalid {
    fn name(&self) -> &'static str {
        "role-arn-invalid"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "a role's ARN cannot be one, or belongs to another partition than the region"
    }

    fn page(&self) -> &'static str {
        include_str!("role_arn_invalid.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let region = region(subject);
        findings.extend(roles(subject).into_iter().filter_map(|role| self.about(&role, region)));
    }

    /// Service accounts by themselves: whoever runs as one gets no role.
    fn check_document(&self, document: &Document, contents: &Contents, findings: &mut Vec<Finding>) {
        let accounts = contents.service_accounts.iter();
        findings.extend(accounts.filter_map(|account| {
            let at = document.find(&account.place.as_ref()?.pointer)?.at();
            self.about(&of_account(account, at.into())?, None)
        }));
    }
}

/// A text in a role's place.
struct Claim<'s> {
    field: &'static str,
    text: &'s str,
    place: Place,
    container: Option<&'s Container>,
    bare_names: bool,
}

impl RoleArnInvalid {
    fn about(&self, claim: &Claim<'_>, region: Option<&str>) -> Option<Finding> {
        let (level, says) = match RoleText::of(claim.text) {
            RoleText::Impossible(why) => (Level::Deny, format!("is no role, none will be given: {why}")),
            RoleText::Name(_) if !claim.bare_names => {
                (Level::Deny, "is a name where an ARN is needed; no role will be given".to_owned())
            }
            RoleText::Arn(arn) => (Level::Warn, foreign(arn.partition, region?)?),
            RoleText::Name(_) | RoleText::Unrendered(_) => return None,
        };
        let message = format!("{} {says}", claim.field);
        let mut finding = Finding::new(self.name(), level, claim.place.clone(), message)
            .about(claim.field)
            .fixed_by(Fix::manual("write the role's ARN as IAM shows it: arn:aws:iam::ACCOUNT:role/NAME"));
        finding.container = claim.container.map(|container| container.name.clone());
        Some(finding)
    }
}

fn foreign(partition: &str, region: &str) -> Option<String> {
    let home = partition_of(region);
    (home != partition).then(|| format!("is of partition {partition}, but {region} is in {home}"))
}

fn roles<'s>(subject: &'s Subject<'_>) -> Vec<Claim<'s>> {
    let mut claims = Vec::new();
    if let Some(task) = subject.workload.task() {
        let roles = [("taskRoleArn", &task.task_role), ("executionRoleArn", &task.execution_role)];
        claims.extend(roles.into_iter().filter_map(|(field, role)| {
            let role = role.as_ref()?;
            let place = role.at.into();
            Some(Claim { field, text: &role.name, place, container: None, bare_names: true })
        }));
    }
    claims.extend(of_service_account(subject));
    claims.extend(subject.containers.iter().filter_map(|examined| of_variable(subject, examined.container)));
    claims
}

fn of_service_account<'s>(subject: &'s Subject<'_>) -> Option<Claim<'s>> {
    let account = subject.facts.service_account.known()?;
    of_account(account, place_of(account, subject))
}

fn of_account(account: &ServiceAccount, place: Place) -> Option<Claim<'_>> {
    let field = "the service account's eks.amazonaws.com/role-arn";
    Some(Claim { field, text: account.role_arn()?, place, container: None, bare_names: false })
}

/// Where the annotation stands, or, where its file is not among the inputs, where the account is named.
fn place_of(account: &ServiceAccount, subject: &Subject<'_>) -> Place {
    let named = || subject.workload.pod().and_then(|pod| pod.service_account.as_ref()).map(|named| named.at);
    match &account.place {
        Some(place) => Place::Elsewhere(Box::new(place.clone())),
        None => named().unwrap_or(subject.workload.at).into(),
    }
}

/// Half a web identity is half-key-pair's matter.
fn of_variable<'s>(subject: &'s Subject<'_>, container: &'s Container) -> Option<Claim<'s>> {
    let var = container.var("AWS_ROLE_ARN").filter(|var| var.literal().is_some())?;
    container.filled("AWS_WEB_IDENTITY_TOKEN_FILE")?;
    let text = subject.document.node(var.value_at).text().filter(|text| !text.is_empty())?;
    let place = var.value_at.into();
    Some(Claim { field: "AWS_ROLE_ARN", text, place, container: Some(container), bare_names: false })
}

/// The region that the workload or the policy names. One variable that differs from the others is no proof of anything.
fn region<'s>(subject: &'s Subject<'_>) -> Option<&'s str> {
    let written = subject.containers.iter().flat_map(|examined| {
        let names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        names
            .into_iter()
            .filter_map(|name| examined.container.var(name).filter(|var| var.literal().is_some()))
    });
    let texts = written.filter_map(|var| subject.document.node(var.value_at).text());
    let regions: Vec<&str> = texts.filter(|text| !text.is_empty() && find_mark(text).is_none()).collect();
    match regions[..] {
        [] => subject.policy.surroundings.region.as_deref().filter(|_| !subject.is_task()),
        [first, ref rest @ ..] => {
            rest.iter().all(|other| partition_of(other) == partition_of(first)).then_some(first)
        }
    }
}
