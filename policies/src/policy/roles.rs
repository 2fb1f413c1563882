//! The role map: what identity a workload is meant to have.

use super::matching::{Match, Target};

/// An entry of the role map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedRole {
    /// Its name in the policy file.
    pub name: String,
    /// Whom it is for.
    pub matches: Match,
    /// How the role reaches the workload.
    pub grant: Grant,
    /// The static key pair may be taken out when this role goes in.
    pub replaces_keys: bool,
    /// Its trust policy was given, and lets no ECS task assume it.
    pub refuses_tasks: bool,
}

/// How a mapped role reaches its workload; each holds the role's ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// ECS `taskRoleArn`.
    TaskRole(String),
    /// EKS Pod Identity.
    PodIdentity(String),
    /// IAM roles for service accounts.
    Irsa(String),
}

impl MappedRole {
    /// Whether it is this role, and its trust policy in the map lets no ECS task assume it.
    pub fn refuses_tasks(&self, role: &str) -> bool {
        self.refuses_tasks && self.grant.role_arn() == role
    }
}

impl Grant {
    /// The role's ARN.
    pub fn role_arn(&self) -> &str {
        match self {
            Self::TaskRole(arn) | Self::PodIdentity(arn) | Self::Irsa(arn) => arn,
        }
    }
}

/// What the role map says of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mapped<'p> {
    /// Nothing.
    None,
    /// This role.
    One(&'p MappedRole),
    /// Entries with different grants: nobody can choose.
    Several(Vec<&'p MappedRole>),
}

impl<'p> Mapped<'p> {
    /// The role, when there is exactly one.
    pub fn one(self) -> Option<&'p MappedRole> {
        match self {
            Self::One(role) => Some(role),
            Self::None | Self::Several(_) => None,
        }
    }
}

pub(super) fn look_up<'p>(
    map: &'p [MappedRole],
    target: &Target<'_>,
    fits: impl Fn(&MappedRole) -> bool,
) -> Mapped<'p> {
    let found: Vec<_> = map.iter().filter(|role| fits(role) && role.matches.matches(target)).collect();
    match found.as_slice() {
        [] => Mapped::None,
        [first, others @ ..] if others.iter().all(|other| other.grant == first.grant) => Mapped::One(first),
        _ => Mapped::Several(found),
    }
}
