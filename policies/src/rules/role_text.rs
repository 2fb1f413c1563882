//! What a text in a role's place is: an ARN, a bare name, not yet rendered, or nothing that can be a role.

use crate::document::find_mark;

/// A text in a role's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RoleText<'t> {
    /// A role's ARN.
    Arn {
        /// `aws`, `aws-cn`, ...
        partition: &'t str,
        /// Without its path.
        name: &'t str,
    },
    /// A name alone, which only ECS takes.
    Name(&'t str),
    /// A template has yet to say; the name is what follows the last slash, if that is plain.
    Unrendered(Option<&'t str>),
    /// It cannot be a role, for this reason.
    Impossible(&'static str),
}

impl<'t> RoleText<'t> {
    /// Reads a text. The grammar is that of IAM user guide, "IAM identifiers": no partition list is closed here.
    pub(super) fn of(text: &'t str) -> Self {
        if find_mark(text).is_some() {
            return Self::Unrendered(
                text.rsplit_once('/').map(|(_, name)| name).filter(|name| is_name(name)),
            );
        }
        match text.strip_prefix("arn:") {
            Some(rest) => of_arn(rest),
            None if is_name(text) => Self::Name(text),
            None => Self::Impossible("is neither a role's ARN nor a role's name"),
        }
    }

    /// The role's name, when it can be told.
    pub(super) fn name(&self) -> Option<&'t str> {
        match self {
            Self::Arn { name, .. } | Self::Name(name) => Some(name),
            Self::Unrendered(name) => *name,
            Self::Impossible(_) => None,
        }
    }
}

/// The partition that a region belongs to.
/// Source: AWS General Reference, "Amazon Resource Names"; the isolated regions as botocore's partitions name them.
pub(super) fn partition_of(region: &str) -> &'static str {
    const BY_PREFIX: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("eusc-", "aws-eusc"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-iso-", "aws-iso"),
    ];
    BY_PREFIX.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

fn of_arn(rest: &str) -> RoleText<'_> {
    let fields: Vec<&str> = rest.splitn(5, ':').collect();
    let [partition, service, region, account, resource] = fields[..] else {
        return RoleText::Impossible("lacks a part of an ARN");
    };
    let path = resource.strip_prefix("role/");
    match path.map(|path| path.rsplit('/').next().unwrap_or(path)) {
        _ if !is_partition(partition) => RoleText::Impossible("names no partition of AWS"),
        _ if service != "iam" || !region.is_empty() => RoleText::Impossible("is not an IAM ARN"),
        _ if !is_account(account) => RoleText::Impossible("has no account of twelve digits"),
        None => RoleText::Impossible("names something other than a role"),
        Some(name) if is_name(name) => RoleText::Arn { partition, name },
        Some(_) => RoleText::Impossible("has a role name that IAM does not allow"),
    }
}

fn is_partition(text: &str) -> bool {
    text == "aws" || text.strip_prefix("aws-").is_some_and(|rest| !rest.is_empty())
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// IAM user guide, "IAM and AWS STS quotas": 64 characters of letters, digits and `_+=,.@-`.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_gives_partition_and_name_without_the_path() {
        let role = RoleText::of("arn:aws-cn:iam::111122223333:role/team/a/checkout");
        assert_eq!(role, RoleText::Arn { partition: "aws-cn", name: "checkout" });
    }

    #[test]
    fn what_cannot_be_a_role_is_told_apart() {
        for text in [
            "arn:aws:iam::11112222333:role/short-account",
            "arn:aws:iam::111122223333:policy/reader",
            "arn:aws:iam::111122223333:checkout",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:sts::111122223333:assumed-role/a/b",
            "not a role",
        ] {
            assert!(matches!(RoleText::of(text), RoleText::Impossible(_)), "{text}");
        }
    }

    #[test]
    fn a_bare_name_is_a_name() {
        assert_eq!(RoleText::of("ecsTaskRole").name(), Some("ecsTaskRole"));
    }

    #[test]
    fn regions_name_their_partition() {
        let regions = ["eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1"];
        let partitions = regions.map(partition_of);
        assert_eq!(partitions, ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso"]);
    }
}
