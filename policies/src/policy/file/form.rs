//! What the texts of a policy file mean.

use super::nearest::nearest;
use super::shape::Form;
use crate::policy::Day;

impl Form {
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Any => "a text",
            Self::Rule => "a rule's name",
            Self::RoleArn => "the ARN of an IAM role",
            Self::Day => "a day of the form 2027-03-31",
            Self::Glob => "a text in which `*` stands for anything",
        }
    }

    /// As a regular expression of JSON Schema, where there is one.
    pub(super) fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::Rule => None,
            Self::RoleArn => Some(r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/([\x21-\x7e]+/)?[\w+=,.@-]{1,64}$"),
            Self::Day => Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
            Self::Glob => Some(r"^[^?\[\]{}!^$|\\]+$"),
        }
    }

    /// Says what is wrong with a text that is not empty.
    pub(super) fn check(self, text: &str, rules: Option<&[&str]>) -> Result<(), String> {
        match self {
            Self::Any => Ok(()),
            Self::Rule => known_rule(text, rules),
            Self::RoleArn => role_arn(text).map_err(str::to_owned),
            Self::Day => text.parse::<Day>().map(drop).map_err(|error| error.to_string()),
            Self::Glob => glob(text),
        }
    }
}

fn known_rule(name: &str, rules: Option<&[&str]>) -> Result<(), String> {
    let Some(rules) = rules else { return Ok(()) };
    if rules.contains(&name) {
        return Ok(());
    }
    match nearest(name, rules.iter().copied()) {
        Some(near) => Err(format!("unknown rule `{name}`: did you mean `{near}`?")),
        None => Err(format!("unknown rule `{name}`: `policyctl rules` lists them")),
    }
}

/// Characters that mean something in other programs' patterns and occur in no name that is matched.
const FOREIGN: &[char] = &['?', '[', ']', '{', '}', '!', '^', '$', '|', '\\'];

fn glob(text: &str) -> Result<(), String> {
    match text.chars().find(|c| FOREIGN.contains(c)) {
        Some(c) => Err(format!("`{c}` means nothing in a pattern: `*` is the only glob")),
        None => Ok(()),
    }
}

/// Source: IAM User Guide, "IAM identifiers": paths of printable ASCII, names of at most 64 of `\w+=,.@-`.
fn role_arn(text: &str) -> Result<(), &'static str> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else {
        return Err("expected the ARN of an IAM role: arn:aws:iam::111122223333:role/NAME");
    };
    if *partition != "aws" && !partition.starts_with("aws-") {
        return Err("no AWS partition is called so: expected aws, aws-cn, aws-us-gov, ...");
    }
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return Err("an account id has twelve digits");
    }
    let Some(path) = resource.strip_prefix("role/") else {
        return Err("this is not a role: expected role/NAME after the account id");
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
        return Err("a role's name has 1 to 64 letters, digits or _+=,.@-");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_arns_are_told_from_what_is_like_them() {
        for arn in [
            "arn:aws:iam::111122223333:role/checkout",
            "arn:aws-cn:iam::111122223333:role/team/payments/checkout",
        ] {
            assert_eq!(role_arn(arn), Ok(()), "{arn}");
        }
        for arn in [
            "checkout",
            "arn:aws:iam::11112222333:role/checkout",
            "arn:aws:iam::111122223333:policy/checkout",
            "arn:aws:iam::111122223333:role/",
            "arn:gcp:iam::111122223333:role/checkout",
            "arn:aws:sts::111122223333:role/checkout",
            "arn:aws:iam::111122223333:role/check out",
        ] {
            assert!(role_arn(arn).is_err(), "{arn}");
        }
    }
}
