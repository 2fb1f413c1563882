//! `policyctl schema`: JSON Schemas of what it reads and writes.

use policyctl_policies::policy;

use super::{Error, print};
use crate::arguments::SchemaOf;
use crate::report::json;
use crate::status::Status;

pub(crate) fn run(of: SchemaOf) -> Result<Status, Error> {
    let schema = match of {
        SchemaOf::Policy => policy::schema(),
        SchemaOf::Report => json::schema(),
    };
    print(&format!("{schema:#}\n"))?;
    Ok(Status::Clean)
}
