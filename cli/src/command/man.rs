//! `policyctl man`: man pages, one for each command.

use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::{Error, print};
use crate::arguments::Arguments;
use crate::status::Status;

pub(crate) fn run(folder: Option<&Path>) -> Result<Status, Error> {
    let command = Arguments::command();
    if let Some(folder) = folder {
        let failed = |error| Error::File(folder.to_owned(), error);
        std::fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(command, folder).map_err(failed)?;
    } else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        print(&String::from_utf8_lossy(&page))?;
    }
    Ok(Status::Clean)
}
