//! `policyctl`: which AWS credentials will this container really use?
//!
//! ```text
//! arguments ──gather──▶ inputs ──run──▶ verdict over all of them ──report──▶ text, JSON, SARIF, ...
//! ```
//!
//! Standard output carries the report alone; everything else goes to standard error.

mod arguments;
mod bills;
mod command;
mod console;
mod gather;
mod policy;
mod report;
mod run;
mod status;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use status::Status;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    console::colour(arguments.color);
    match dispatch(&arguments) {
        Ok(status) => status.into(),
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.is_closed_pipe() => Status::Clean.into(),
        Err(error) => {
            console::complain(&error.to_string());
            Status::Trouble.into()
        }
    }
}

fn dispatch(arguments: &Arguments) -> Result<Status, command::Error> {
    match &arguments.command {
        Command::Check(check) => command::check::run(check, arguments.verbosity()),
        Command::Trace(trace) => command::trace::run(trace),
        Command::Explain { rule } => command::explain::run(rule),
        Command::Rules { format } => command::rules::run(*format),
        Command::Policy(policy) => command::policy::run(policy),
        Command::Ecs(ecs) => command::ecs::run(ecs, arguments.verbosity()),
        Command::Schema { of } => command::schema::run(*of),
        Command::Completion { shell } => command::completion::run(*shell),
        Command::Man { folder } => command::man::run(folder.as_deref()),
    }
}
