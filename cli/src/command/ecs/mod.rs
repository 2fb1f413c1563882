//! `policyctl ecs`: in front of the ECS API, and what stands behind it.

mod account;
mod gateway;
mod register;

use std::path::{Path, PathBuf};

use policyctl_ecs::SdkConfig;
use policyctl_ecs::roles::Roles;

use super::Error;
use crate::arguments::{Ecs, PolicyChoice, Verbosity};
use crate::policy::{self, Chosen};
use crate::status::Status;

pub(crate) fn run(ecs: &Ecs, verbosity: Verbosity) -> Result<Status, Error> {
    match ecs {
        Ecs::Register(register) => register::run(register, verbosity),
        Ecs::Check(named) => account::check(named, verbosity),
        Ecs::Audit(audit) => account::audit(audit, verbosity),
        Ecs::Gateway(gateway) => gateway::run(gateway),
    }
}

/// IAM, at the endpoint that AWS's tools would call.
fn roles(surroundings: &SdkConfig) -> Result<Roles, Error> {
    Roles::new(surroundings, policyctl_ecs::iam_endpoint().as_deref()).map_err(Error::Usage)
}

fn chosen(policy: Option<&Path>, paths: &[PathBuf]) -> Result<Chosen, Error> {
    let choice = PolicyChoice { policy: policy.map(Path::to_owned), complete: false, today: None };
    Ok(policy::choose(&choice, paths)?)
}
