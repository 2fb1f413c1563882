//! Launchers that give what they start an environment of their own, as a command line shows them.

use crate::document::At;
use crate::workload::{CommandKind, Container};

/// A launcher, and how it is made to keep what SDKs read.
#[derive(Debug)]
pub(super) struct Launcher {
    /// As messages call it.
    pub(super) name: &'static str,
    /// What makes it keep the variables.
    pub(super) remedy: &'static str,
    programs: &'static [&'static str],
    /// One of these must follow; none when the program alone is enough.
    flags: &'static [&'static str],
}

/// Sources: PHP manual, "FastCGI Process Manager: configuration" (`clear_env`); cron(8) and crontab(5); env(1);
/// su(1), runuser(1) and sudo(8), each about a login shell.
static LAUNCHERS: [Launcher; 5] = [
    Launcher {
        name: "php-fpm",
        remedy: "set clear_env = no in its pool",
        programs: &["php-fpm", "php-fpm7", "php-fpm8"],
        flags: &[],
    },
    Launcher {
        name: "cron",
        remedy: "write the AWS_ variables to /etc/environment before it starts",
        programs: &["cron", "crond"],
        flags: &[],
    },
    Launcher {
        name: "env -i",
        remedy: "start the program without it, or name the AWS_ variables",
        programs: &["env"],
        flags: &["-i", "-", "--ignore-environment"],
    },
    Launcher {
        name: "a login session",
        remedy: "use su, runuser or sudo without a login, and keep the environment",
        programs: &["su", "runuser"],
        flags: &["-", "-l", "--login"],
    },
    Launcher {
        name: "sudo",
        remedy: "use gosu or setpriv, or let sudo keep the AWS_ variables (-E)",
        programs: &["sudo"],
        flags: &[],
    },
];

/// The launcher that a container starts, and the word that names it.
pub(super) fn launcher_of(container: &Container) -> Option<(&'static Launcher, At)> {
    let started = container.commands.iter().filter(|command| command.kind != CommandKind::Check);
    let mut words = started.flat_map(|command| &command.words).flat_map(split).peekable();
    while let Some((word, at)) = words.next() {
        let next = words.peek().map(|(next, _)| *next);
        let program = word.rsplit_once('/').map_or(word, |(_, program)| program);
        let launcher = LAUNCHERS.iter().find(|launcher| launcher.is_started(program, next));
        if let Some(launcher) = launcher.filter(|launcher| !is_kept(launcher, container, next)) {
            return Some((launcher, at));
        }
    }
    None
}

impl Launcher {
    fn is_started(&self, program: &str, next: Option<&str>) -> bool {
        self.programs.contains(&program)
            && (self.flags.is_empty() || next.is_some_and(|next| self.flags.contains(&next)))
    }
}

/// The official PHP images turn `clear_env` off, and sudo keeps what `-E` tells it to.
/// Source: docker-library/php, `docker.conf` of the FPM images.
fn is_kept(launcher: &Launcher, container: &Container, next: Option<&str>) -> bool {
    match launcher.name {
        "php-fpm" => container.image.as_ref().is_some_and(|image| is_official_php(&image.name)),
        "sudo" => next.is_some_and(|flag| flag == "-E" || flag.starts_with("--preserve-env")),
        _ => false,
    }
}

fn is_official_php(image: &str) -> bool {
    let name = image.split([':', '@']).next().unwrap_or(image);
    matches!(
        name,
        "php"
            | "library/php"
            | "docker.io/php"
            | "docker.io/library/php"
            | "public.ecr.aws/docker/library/php"
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "program names are looked for; no word leaves this function's caller"
)]
fn split(word: &crate::workload::Word) -> impl Iterator<Item = (&str, At)> {
    let separators = |c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')');
    word.text.expose().split(separators).filter(|part| !part.is_empty()).map(|part| (part, word.at))
}
