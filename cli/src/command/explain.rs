//! `policyctl explain`: a rule's page, offline.

use policyctl_policies::policy::nearest_name;
use policyctl_policies::rules::{RULES, rule};

use super::{Error, print};
use crate::status::Status;

pub(crate) fn run(name: &str) -> Result<Status, Error> {
    let Some(rule) = rule(name) else {
        let near = nearest_name(name, RULES.iter().map(|rule| rule.name()));
        let hint = near.map_or_else(
            || ": `policyctl rules` lists them".to_owned(),
            |near| format!(": did you mean `{near}`?"),
        );
        return Err(Error::UnknownRule(name.to_owned(), hint));
    };
    print(rule.page().trim_end())?;
    print("\n")?;
    Ok(Status::Clean)
}
