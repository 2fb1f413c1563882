//! The grammar of a role's ARN, and its partition.

/// A role's ARN: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`.
/// Source: IAM user guide, "IAM identifiers". The list of partitions is left open: AWS adds to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleArn<'t> {
    /// `aws`, `aws-cn`, ...
    pub partition: &'t str,
    /// Twelve digits.
    pub account: &'t str,
    /// Without its path.
    pub name: &'t str,
}

/// Why a text is no role's ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotARole {
    /// It has not the parts of one, or is of another service.
    #[error("expected arn:aws:iam::111122223333:role/NAME")]
    Form,
    /// Its partition is none of AWS's.
    #[error("no AWS partition is called so: expected aws, aws-cn, aws-us-gov, ...")]
    Partition,
    /// Its account is not twelve digits.
    #[error("an account id has twelve digits")]
    Account,
    /// It names a policy, a user, an instance profile.
    #[error("expected role/NAME after the account id")]
    Resource,
    /// Its name is empty, too long, or has characters that IAM does not allow.
    #[error("a role's name has 1 to 64 letters, digits or _+=,.@-")]
    Name,
}

impl<'t> RoleArn<'t> {
    /// Takes a text apart.
    pub fn parse(text: &'t str) -> Result<Self, NotARole> {
        let mut parts = text.splitn(6, ':');
        let [Some("arn"), Some(partition), Some("iam"), Some(""), Some(account), Some(resource)] =
            [(); 6].map(|()| parts.next())
        else {
            return Err(NotARole::Form);
        };
        if partition != "aws" && !partition.starts_with("aws-") {
            return Err(NotARole::Partition);
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotARole::Account);
        }
        let path = resource.strip_prefix("role/").ok_or(NotARole::Resource)?;
        let name = path.rsplit('/').next().unwrap_or_default();
        if is_role_name(name) { Ok(Self { partition, account, name }) } else { Err(NotARole::Name) }
    }
}

/// Whether IAM takes this as a role's name. Source: IAM user guide, "IAM and AWS STS quotas".
pub fn is_role_name(text: &str) -> bool {
    let allowed = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'=' | b',' | b'.' | b'@' | b'-')
    };
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// The partition that a region belongs to.
/// Source: AWS General Reference, "Amazon Resource Names"; the isolated regions as botocore's partitions name them.
pub fn partition_of(region: &str) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roles_arn_is_taken_apart() {
        let role = RoleArn::parse("arn:aws-cn:iam::111122223333:role/team/payments/checkout");
        let expected = RoleArn { partition: "aws-cn", account: "111122223333", name: "checkout" };
        assert_eq!(role, Ok(expected));
    }

    #[test]
    fn what_is_like_one_is_told_apart() {
        for (text, why) in [
            ("checkout", NotARole::Form),
            ("arn:aws:sts::111122223333:assumed-role/a/b", NotARole::Form),
            ("arn:gcp:iam::111122223333:role/checkout", NotARole::Partition),
            ("arn:aws:iam::11112222333:role/checkout", NotARole::Account),
            ("arn:aws:iam::111122223333:policy/checkout", NotARole::Resource),
            ("arn:aws:iam::111122223333:checkout", NotARole::Resource),
            ("arn:aws:iam::111122223333:role/", NotARole::Name),
            ("arn:aws:iam::111122223333:role/check out", NotARole::Name),
        ] {
            assert_eq!(RoleArn::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn regions_name_their_partition() {
        let regions = ["eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1"];
        let partitions = regions.map(partition_of);
        assert_eq!(partitions, ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso"]);
    }
}
