//! What the texts of a policy file mean.

use super::nearest::nearest;
use super::shape::Form;
use crate::policy::Day;
use crate::role_arn::RoleArn;
use crate::trace::chains;

impl Form {
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Any => "a text",
            Self::Rule => "a rule's name",
            Self::Sdk => "the name of an SDK",
            Self::RoleArn => "the ARN of an IAM role",
            Self::Day => "a day of the form 2027-03-31",
            Self::Glob => "a text in which `*` stands for anything",
        }
    }

    /// As a regular expression of JSON Schema, where there is one.
    pub(super) fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::Rule | Self::Sdk => None,
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
            Self::Sdk => known_sdk(text),
            Self::RoleArn => RoleArn::parse(text).map(drop).map_err(|error| error.to_string()),
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

fn known_sdk(name: &str) -> Result<(), String> {
    if chains::chain(name).is_some() {
        return Ok(());
    }
    match nearest(name, chains::CHAINS.iter().map(|chain| chain.sdk)) {
        Some(near) => Err(format!("unknown SDK `{name}`: did you mean `{near}`?")),
        None => Err(format!("unknown SDK `{name}`: `policyctl trace` names them")),
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
